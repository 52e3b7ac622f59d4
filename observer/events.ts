import Type, { type Static } from "typebox";
import type { ConnectionFacts, ContainerState, InitContainerState, OwnerBounds, PodShape } from "./event-details.ts";
import type {
  ClockCompared,
  ContainerMeasured,
  MachineMeasured,
  NodeMeasured,
  ObserverMeasured,
} from "./measurements.ts";

export type * from "./measurements.ts";

/** When something was seen: `atMs` counts from the recording's start on the host's monotonic clock, `wallMs` from the epoch. */
type Stamp = { readonly id: number; readonly atMs: number; readonly wallMs: number };

/** One thing that the observer saw or did. A recording is a header and a list of events in the order of their ids. */
export type Event = Stamp & Happening;

/** An event without its stamp: a source makes it, the recorder stamps it. */
export type Happening =
  | StepStarted
  | StepEnded
  | PlanMade
  | EngineEvent
  | LoadStarted
  | LoadEnded
  | RequestDone
  | PodSeen
  | OwnerSeen
  | EndpointsSeen
  | KubernetesEvent
  | ContainerMeasured
  | Gap
  | ClockCompared
  | ObserverMeasured
  | MachineMeasured
  | NodeMeasured;

/** A step of the experiment begins. Every event from here to its StepEnded belongs to the step. */
export type StepStarted = {
  readonly type: "step-started";
  readonly step: string;
  readonly title: string;
  /** Releases that the stack's config asks for before the step, then those after it; each list by weight, each release once. */
  readonly releases: readonly string[];
};

/** The step's operation and the observation after it are over. */
export type StepEnded = {
  readonly type: "step-ended";
  readonly step: string;
  readonly outcome: "succeeded" | "failed" | "interrupted";
  /** From the operation's start to its end, without the observation after it. */
  readonly operationMs: number;
  /** What Pulumi said of a failure. */
  readonly message?: string;
  /** What `pulumi up --diff` told of its changes; absent where Pulumi did nothing. */
  readonly diff?: string;
};

/** The plans that plan/plan.ts made before the step, as plain data. */
export type PlanMade = {
  readonly type: "plan";
  readonly step: string;
  readonly plans: readonly PlannedRollout[];
  /** Absent where no Service was planned. */
  readonly services?: readonly PlannedService[];
  /** What `pulumi preview` showed before the step, in recordings whose steps do not tell what Pulumi changed. */
  readonly diff?: string;
};

/** The facts of a plan that a report compares with the course of events. Every count is of one workload's pods. */
export type PlannedRollout = {
  readonly workload: string;
  readonly change: string;
  /** The largest number of pods at any instant, without pods that are terminating. */
  readonly maxPods: number;
  readonly minReady: number;
  readonly outage: boolean;
  /** A race may leave no pod Ready, which is no outage for certain; absent where none may, and in recordings that did not say so. */
  readonly outagePossible?: true;
  /** Names of the pods that the change replaces, and of the pods that survive it. */
  readonly replaced: readonly string[];
  readonly surviving: readonly string[];
  readonly durationMs: { readonly least: number; readonly most: number };
  /** The plan in sentences, as preview prints it. */
  readonly sentences: readonly string[];
};

/** The facts of a Service's plan. It counts ready endpoints, of all the workloads behind the Service together. */
export type PlannedService = {
  readonly service: string;
  readonly change: string;
  readonly minReady: number;
  readonly maxReady: number;
  /** Whether the Service has no ready endpoint for a while although it had one before. */
  readonly outage: "no" | "possible" | "certain";
  /** Empty where the plan of its only workload says all of it. */
  readonly sentences: readonly string[];
};

/** An operation of the Pulumi engine on one resource begins, ends or fails, or the engine prints a diagnostic. */
export type EngineEvent = {
  readonly type: "engine";
  readonly kind: "started" | "done" | "failed" | "diagnostic";
  /** create, update, replace, delete, same … */
  readonly operation?: string;
  readonly resource?: string;
  readonly severity?: string;
  readonly message?: string;
};

/** The load begins: requests are sent at a fixed rate, open loop. */
export type LoadStarted = {
  readonly type: "load-started";
  readonly url: string;
  readonly ratePerSecond: number;
  /** `host`: from this machine. `cluster`: from a Job in the cluster. */
  readonly from: "host" | "cluster";
};

/** The load is over: `sent` requests were sent in all. */
export type LoadEnded = { readonly type: "load-ended"; readonly sent: number };

/** One request, recorded when it is over. Its latency counts from the time it was due, even if it was sent later. */
export type RequestDone = ConnectionFacts & {
  readonly type: "request";
  /** When it was due and when it was sent, on the recording's clock. */
  readonly dueMs: number;
  readonly sentMs: number;
  readonly latencyMs: number;
  readonly connection: "fresh" | "kept";
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** Why no answer came: ECONNREFUSED, ECONNRESET, timeout … */
  readonly error?: string;
  readonly release?: string;
  readonly pod?: string;
  /** Whether the answer is what the answering release's model says, or --expect; absent where no answer could be checked. */
  readonly correct?: boolean;
  /** The expectation that the answer does not meet, without any value: `status 302`, `json /ready: not in the answer`. */
  readonly wrong?: string;
  /** Absolute difference between the answered probability and the model's own. */
  readonly difference?: number;
};

/** A pod of the experiment as one event of the watch shows it. */
export type PodSeen = PodShape & {
  readonly type: "pod";
  /** `listed`: a list showed it, at the start or when the pods were listed anew. */
  readonly change: "listed" | "added" | "modified" | "deleted";
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly release: string;
  /** What tells its template from others: its controller's hash. Where it is there, each revision has a release of its own. */
  readonly revision?: string;
  readonly image: string;
  readonly owner?: string;
  readonly node?: string;
  readonly phase: string;
  readonly qosClass?: string;
  readonly createdAtMs: number;
  /** When its deletion was asked for; absent before that. */
  readonly deletionAtMs?: number;
  /** Whether condition Ready is True, and since when (ms since the epoch, in whole seconds). */
  readonly ready: boolean;
  readonly readyAtMs?: number;
  readonly containers: readonly ContainerState[];
  /** Init containers; absent where the pod has none, and in recordings of versions that did not read them. */
  readonly initContainers?: readonly InitContainerState[];
  /** Why the pod is Failed, in the words of whoever ended it: `Evicted`, `NodeLost`. */
  readonly reason?: string;
};

/** A Deployment, ReplicaSet or StatefulSet as one event of the watch shows it. `wanted` is the number of pods that it is to have. */
export type OwnerSeen = OwnerBounds & {
  readonly type: "owner";
  readonly kind: "Deployment" | "ReplicaSet" | "StatefulSet";
  readonly change: PodSeen["change"];
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly release: string;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  /** How many pods are to be of the newest template, where a StatefulSet leaves some of the old one. */
  readonly toUpdate?: number;
  /** Conditions that tell of a failure, with their reasons: `Progressing: ProgressDeadlineExceeded`. */
  readonly troubles: readonly string[];
} & Readonly<Record<"generation" | "observedGeneration" | "wanted" | "replicas" | "readyReplicas", number>>;

/** One EndpointSlice of the Service: which pods get requests. */
export type EndpointsSeen = {
  readonly type: "endpoints";
  readonly change: "listed" | "added" | "modified" | "deleted";
  readonly slice: string;
  readonly resourceVersion: string;
  /** Names of pods, as are the other two lists. */
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  readonly terminating: readonly string[];
  /** Those of `terminating` that still serve: they get requests while no endpoint is ready. */
  readonly serving?: readonly string[];
};

/** An Event object of Kubernetes: Pulled, Unhealthy, Killing, BackOff … */
export type KubernetesEvent = {
  readonly type: "kubernetes-event";
  readonly reason: string;
  readonly message: string;
  readonly severity: string;
  readonly count: number;
  /** The object that it is about: `Pod/name`. */
  readonly about: string;
  /** Ms since the epoch by the cluster's clock. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

/** A source may have missed something between `fromMs` and `untilMs`, in ms since the recording's start. */
export type Gap = {
  readonly type: "gap";
  readonly source: "pods" | "owners" | "endpoints" | "kubernetes-events" | "load" | "metrics" | "clock";
  readonly fromMs: number;
  readonly untilMs: number;
  readonly why: string;
  /** The events that the source told within the gap may have happened anywhere in it, in another order. */
  readonly toldLate?: true;
};

const Texts = Type.Record(Type.String(), Type.String());
const Fields = Type.Record(Type.String(), Type.Unknown());

/** The first line of a recording: everything that a report needs beside the events. */
export const RecordingHeaderSchema = Type.Object({
  type: Type.Literal("header"),
  format: Type.Literal(1),
  experiment: Type.String(),
  title: Type.String(),
  question: Type.String(),
  stack: Type.String(),
  startedWallMs: Type.Number(),
  settings: Fields,
  /** Whole sentences on what weakens every answer of this recording; a report shows them above all else. */
  notices: Type.Optional(Type.Immutable(Type.Array(Type.String()))),
  steps: Type.Immutable(
    Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        kind: Type.String(),
        config: Texts,
        /** Id of the step before it that shows what the same load loses without a change; absent where there is none. */
        control: Type.Optional(Type.String()),
      }),
    ),
  ),
  /** The experiment's hypotheses under these settings; each also has the parameters of its kind. */
  hypotheses: Type.Immutable(
    Type.Array(Type.Intersect([Type.Object({ id: Type.String(), claim: Type.String(), kind: Type.String() }), Fields])),
  ),
  ratePerSecond: Type.Number(),
  /**
   * "No request fails" is held only where the requests exclude a larger share of failures than this, 0..1. Absent in recordings of
   * versions that did not ask for it.
   */
  atMostShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** The plans of the `plan` events, by step; absent until the recording is closed. */
  plans: Type.Optional(Type.Unsafe<Readonly<Record<string, readonly PlannedRollout[]>>>(Fields)),
  services: Type.Optional(Type.Unsafe<Readonly<Record<string, readonly PlannedService[]>>>(Fields)),
  /** Versions by program: lab, node, kubernetes, pulumi. */
  versions: Texts,
  /** The machine in words: `2 cores, 24 GiB, Linux 6.18.0`. */
  machine: Type.String(),
});

export type RecordingHeader = Readonly<Static<typeof RecordingHeaderSchema>>;

/** The fields that every event has, whatever its type. */
export const StampSchema = Type.Object({
  id: Type.Integer(),
  atMs: Type.Number(),
  wallMs: Type.Number(),
  type: Type.String(),
});

/** A whole recording in memory, with its events in the order of their ids. */
export type Recording = { readonly header: RecordingHeader; readonly events: readonly Event[] };
