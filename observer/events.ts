/** When something was seen: `atMs` since the recording's start on the host's monotonic clock, `wallMs` since the epoch. */
type Stamp = { readonly id: number; readonly atMs: number; readonly wallMs: number };

/** One thing that was seen or done; a recording is a header and a list of these in the order of their ids. */
export type Event = Stamp & Happening;

/** What can happen; sources make these, the recorder stamps them. */
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
  | ObserverMeasured;

/** A step of the experiment begins; from here to its StepEnded every event belongs to it. */
export type StepStarted = {
  readonly type: "step-started";
  readonly step: string;
  readonly title: string;
  /** Releases that the stack's config asks for before and after the step, in the order of their weight. */
  readonly releases: readonly string[];
};

/** The step's operation is over and its time of observation as well. */
export type StepEnded = {
  readonly type: "step-ended";
  readonly step: string;
  readonly outcome: "succeeded" | "failed" | "interrupted";
  /** From the operation's start to its end, without the observation after it. */
  readonly operationMs: number;
  /** What Pulumi said of a failure. */
  readonly message?: string;
};

/** The plan that plan/plan.ts made before the step, as plain data, and the diff that preview showed. */
export type PlanMade = {
  readonly type: "plan";
  readonly step: string;
  readonly plans: readonly PlannedRollout[];
  readonly diff: string;
};

/** The facts of a plan that are held against what happens; every count is of one workload's pods. */
export type PlannedRollout = {
  readonly workload: string;
  readonly change: string;
  /** Pods at most at any instant, those that terminate left out. */
  readonly maxPods: number;
  readonly minReady: number;
  readonly outage: boolean;
  /** Names of the pods that go, and of those that stay. */
  readonly replaced: readonly string[];
  readonly surviving: readonly string[];
  readonly durationMs: { readonly least: number; readonly most: number };
  /** The plan in sentences, as preview prints it. */
  readonly sentences: readonly string[];
};

/** A resource operation of the Pulumi engine begins, ends or fails, or the engine says something. */
export type EngineEvent = {
  readonly type: "engine";
  readonly kind: "started" | "done" | "failed" | "diagnostic";
  /** create, update, replace, delete, same … */
  readonly operation?: string;
  readonly resource?: string;
  readonly severity?: string;
  readonly message?: string;
};

/** Requests begin to be sent, open loop. */
export type LoadStarted = {
  readonly type: "load-started";
  readonly url: string;
  readonly ratePerSecond: number;
  /** From outside by the NodePort, or from a Job in the cluster. */
  readonly from: "host" | "cluster";
};

/** No request is sent any more. */
export type LoadEnded = { readonly type: "load-ended"; readonly sent: number };

/** One request, recorded when it is over. Latency counts from when it was due, not from when it could be sent. */
export type RequestDone = {
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
  /** Whether the answer is that of the answering release's model; absent where there was none to check. */
  readonly correct?: boolean;
  /** Absolute difference of the probability to the model's own. */
  readonly difference?: number;
};

/** One state of a container as the kubelet reports it. */
export type ContainerState = {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly imageId: string;
  readonly state: "waiting" | "running" | "terminated";
  readonly reason?: string;
  /** Since the epoch; of `running`. */
  readonly startedAtMs?: number;
  /** How the container ended before this run of it. */
  readonly last?: {
    readonly reason?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly startedAtMs?: number;
    readonly finishedAtMs?: number;
  };
};

/** A pod of the experiment as one watch event told of it. */
export type PodSeen = {
  readonly type: "pod";
  /** `listed`: it was there when the watch began. */
  readonly change: "listed" | "added" | "modified" | "deleted";
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly release: string;
  readonly image: string;
  readonly owner?: string;
  readonly node?: string;
  readonly phase: string;
  readonly qosClass?: string;
  readonly createdAtMs: number;
  /** Set from the instant on at which its deletion was asked for. */
  readonly deletionAtMs?: number;
  /** Condition Ready, and since when (since the epoch, whole seconds). */
  readonly ready: boolean;
  readonly readyAtMs?: number;
  readonly containers: readonly ContainerState[];
};

/** A Deployment or ReplicaSet as one watch event told of it. */
export type OwnerSeen = {
  readonly type: "owner";
  readonly kind: "Deployment" | "ReplicaSet";
  readonly change: "listed" | "added" | "modified" | "deleted";
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly release: string;
  readonly wanted: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly updatedReplicas?: number;
  /** Condition types that are not as they should be, with their reason: `Progressing: ProgressDeadlineExceeded`. */
  readonly troubles: readonly string[];
};

/** The endpoints of the Service: which pods get requests. */
export type EndpointsSeen = {
  readonly type: "endpoints";
  readonly change: "listed" | "added" | "modified" | "deleted";
  readonly slice: string;
  readonly resourceVersion: string;
  /** Names of pods. */
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  readonly terminating: readonly string[];
};

/** An Event object of Kubernetes: Pulled, Unhealthy, Killing, BackOff … */
export type KubernetesEvent = {
  readonly type: "kubernetes-event";
  readonly reason: string;
  readonly message: string;
  readonly severity: string;
  readonly count: number;
  /** `Pod/name`. */
  readonly about: string;
  /** Since the epoch, as the cluster's clock has it. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

/** A container's own cgroup facts, read from its /metrics. */
export type ContainerMeasured = {
  readonly type: "container";
  readonly pod: string;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly cpuPeriods?: number;
  readonly throttledPeriods?: number;
  readonly throttledSeconds?: number;
  readonly cpuSeconds?: number;
};

/** From `fromMs` to `untilMs` a source saw nothing and may have missed something. */
export type Gap = {
  readonly type: "gap";
  readonly source: "pods" | "owners" | "endpoints" | "kubernetes-events" | "load" | "metrics" | "clock";
  readonly fromMs: number;
  readonly untilMs: number;
  readonly why: string;
  /** What the source told within the gap may have happened anywhere in it, in another order. */
  readonly toldLate?: true;
};

/** The cluster's clock held against the host's: cluster minus host, give or take `uncertaintyMs`. */
export type ClockCompared = {
  readonly type: "clock";
  readonly peer: string;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
};

/** What observing cost so far. */
export type ObserverMeasured = {
  readonly type: "observer";
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly eventLoopP99Ms: number;
};

/** What a recording says of itself before its first event; everything that a report needs beside the events. */
export type RecordingHeader = {
  readonly type: "header";
  readonly format: 1;
  readonly experiment: string;
  readonly title: string;
  readonly question: string;
  readonly stack: string;
  readonly startedWallMs: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly kind: string;
    readonly config: Readonly<Record<string, string>>;
  }[];
  /** Hypotheses of the experiment as observer/verdicts/hypotheses/index.ts has them, with the figures of these settings. */
  readonly hypotheses: readonly ({ readonly id: string; readonly claim: string; readonly kind: string } & Readonly<
    Record<string, unknown>
  >)[];
  readonly ratePerSecond: number;
  /** The steps' plans by step, as their `plan` events have them; absent as long as the recording is not closed. */
  readonly plans?: Readonly<Record<string, readonly PlannedRollout[]>>;
  /** Versions of what took part: lab, node, kubernetes, pulumi. */
  readonly versions: Readonly<Record<string, string>>;
  /** What machine it was: cores, memory, kernel. */
  readonly machine: string;
};

/** A whole recording in memory; its events are in the order of their ids. */
export type Recording = { readonly header: RecordingHeader; readonly events: readonly Event[] };
