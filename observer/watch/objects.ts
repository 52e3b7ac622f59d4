import { declaredBounds, type RollingSpec } from "../../kubernetes/declared-bounds.ts";
import { VERSION_LABEL } from "../../kubernetes/labels.ts";
import { isReady, readyCondition } from "../../kubernetes/pods.ts";
import type { ContainerState } from "../event-details.ts";
import type { EndpointsSeen, KubernetesEvent, OwnerSeen, PodSeen } from "../events.ts";
import { podShape, type TemplateSpec } from "./pod-shape.ts";

/** How the watch came to tell an object: by a list, or by an event of the watch. */
export type Change = PodSeen["change"];

/** The fields of an object's metadata that the observer reads; all times are RFC 3339. */
type Metadata = {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly ownerReferences?: readonly {
    readonly name: string;
    readonly uid?: string;
    readonly controller?: boolean;
  }[];
};

type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly lastTransitionTime?: string;
};
type Terminated = {
  readonly reason?: string;
  readonly exitCode: number;
  readonly signal?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
};
type RunState = {
  readonly waiting?: { readonly reason?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Terminated;
};

type ContainerStatus = {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly imageID: string;
  readonly state?: RunState;
  readonly lastState?: RunState;
};

/** A Pod as the API server writes it: the fields that the observer reads. */
export type PodObject = {
  readonly metadata: Metadata;
  readonly spec?: TemplateSpec & {
    readonly nodeName?: string;
    readonly initContainers?: readonly { readonly name: string; readonly restartPolicy?: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly qosClass?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
};

/** A Deployment, ReplicaSet or StatefulSet as the API server writes it: the fields that the observer reads. */
export type OwnerObject = {
  readonly metadata: Metadata;
  readonly spec?: RollingSpec & {
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
};

/** An EndpointSlice as the API server writes it: the fields that the observer reads. */
export type EndpointSliceObject = {
  readonly metadata: Metadata;
  /** Null where a slice has none. */
  readonly endpoints?:
    | readonly {
        readonly addresses?: readonly string[];
        readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
};

/** An Event of core/v1 as the API server writes it: the fields that the observer reads. */
export type EventObject = {
  readonly metadata: Metadata;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
};

/**
 * Makes a Pod the happening that a recording holds; times become ms since the epoch. `named` has what its revision is, and what
 * the reader calls it, where pods are told apart by that.
 */
export function podSeen(
  pod: PodObject,
  change: Change,
  named?: Required<Pick<PodSeen, "revision" | "release">>,
): PodSeen {
  const { metadata, spec, status } = pod;
  const ready = isReady(pod);
  return {
    type: "pod",
    change,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    release: metadata.labels?.[VERSION_LABEL] ?? "",
    ...named,
    image: spec?.containers?.[0]?.image ?? "",
    ...defined("owner", ownerOf(metadata)),
    ...defined("node", spec?.nodeName),
    phase: status?.phase ?? "Unknown",
    ...defined("qosClass", status?.qosClass),
    ...podShape(spec),
    createdAtMs: Date.parse(metadata.creationTimestamp),
    ...defined("deletionAtMs", deletionAskedMs(metadata)),
    ready,
    ...(ready && defined("readyAtMs", milliseconds(readyCondition(pod)?.lastTransitionTime))),
    containers: (status?.containerStatuses ?? []).map(containerState),
    ...(status?.initContainerStatuses?.length && {
      initContainers: status.initContainerStatuses.map((one) => ({
        ...containerState(one),
        ...(isSidecar(spec, one.name) && { sidecar: true as const }),
      })),
    }),
    ...defined("reason", status?.reason),
  };
}

/** Kubernetes calls an init container that restarts always, and so goes on beside the others, a sidecar. */
const isSidecar = (spec: PodObject["spec"], name: string): boolean =>
  spec?.initContainers?.some((one) => one.name === name && one.restartPolicy === "Always") ?? false;

function containerState(status: ContainerStatus): ContainerState {
  const { waiting, running, terminated } = status.state ?? {};
  const last = status.lastState?.terminated;
  return {
    name: status.name,
    ready: status.ready,
    started: status.started ?? false,
    restartCount: status.restartCount,
    imageId: status.imageID,
    state: running ? "running" : terminated ? "terminated" : "waiting",
    ...defined("reason", waiting?.reason ?? terminated?.reason),
    ...defined("startedAtMs", milliseconds(running?.startedAt)),
    ...defined("exitCode", terminated?.exitCode),
    ...defined("finishedAtMs", milliseconds(terminated?.finishedAt)),
    ...(last && {
      last: {
        ...defined("reason", last.reason),
        exitCode: last.exitCode,
        ...defined("signal", last.signal),
        ...defined("startedAtMs", milliseconds(last.startedAt)),
        ...defined("finishedAtMs", milliseconds(last.finishedAt)),
      },
    }),
  };
}

/** Makes a Deployment, ReplicaSet or StatefulSet the happening that a recording holds. */
export function ownerSeen(kind: OwnerSeen["kind"], { metadata, spec, status }: OwnerObject, change: Change): OwnerSeen {
  // The API server sets a missing `replicas` to 1.
  const wanted = spec?.replicas ?? 1;
  return {
    type: "owner",
    kind,
    change,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    release: spec?.template?.metadata?.labels?.[VERSION_LABEL] ?? metadata.labels?.[VERSION_LABEL] ?? "",
    wanted,
    replicas: status?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    ...defined("updatedReplicas", status?.updatedReplicas),
    ...defined("availableReplicas", status?.availableReplicas),
    ...defined("toUpdate", toUpdate(spec?.updateStrategy, wanted)),
    ...declaredBounds(kind, spec),
    troubles: (status?.conditions ?? []).filter(isTrouble).map(({ type, reason }) => `${type}: ${reason ?? ""}`),
  };
}

/** How many pods a StatefulSet itself brings to the newest template; undefined where it is all of them. */
function toUpdate(strategy: RollingSpec["updateStrategy"], wanted: number): number | undefined {
  if (strategy?.type === "OnDelete") return 0;
  const { partition = 0 } = strategy?.rollingUpdate ?? {};
  return partition === 0 ? undefined : Math.max(0, wanted - partition);
}

/** A condition such as ReplicaFailure is a trouble when it is True; every other one, such as Available, when it is not. */
const isTrouble = ({ type, status }: Condition): boolean =>
  /Failure$/.test(type) ? status === "True" : status !== "True";

/** Makes an EndpointSlice the happening that a recording holds; a deleted slice has no endpoints. */
export function endpointsSeen({ metadata, endpoints }: EndpointSliceObject, change: Change): EndpointsSeen {
  const there = change === "deleted" ? [] : (endpoints ?? []);
  const names = (chosen: typeof there) =>
    chosen.map(({ targetRef, addresses }) => targetRef?.name ?? addresses?.[0] ?? "");
  const isTerminating = ({ conditions }: (typeof there)[number]) => conditions?.terminating === true;
  const staying = there.filter((endpoint) => !isTerminating(endpoint));
  return {
    type: "endpoints",
    change,
    slice: metadata.name,
    resourceVersion: metadata.resourceVersion,
    // Kubernetes: an endpoint whose readiness is unknown counts as ready.
    ready: names(staying.filter(({ conditions }) => conditions?.ready !== false)),
    notReady: names(staying.filter(({ conditions }) => conditions?.ready === false)),
    terminating: names(there.filter(isTerminating)),
    serving: names(there.filter((endpoint) => isTerminating(endpoint) && endpoint.conditions?.serving === true)),
  };
}

/** Makes an Event of Kubernetes the happening that a recording holds; times become ms since the epoch. */
export function kubernetesEventSeen(object: EventObject): KubernetesEvent {
  const { involvedObject, series, firstTimestamp, lastTimestamp, eventTime, metadata } = object;
  const firstAtMs = Date.parse(firstTimestamp ?? eventTime ?? metadata.creationTimestamp);
  return {
    type: "kubernetes-event",
    reason: object.reason ?? "",
    message: object.message ?? "",
    severity: object.type ?? "Normal",
    count: series?.count ?? object.count ?? 1,
    about: `${involvedObject?.kind ?? ""}/${involvedObject?.name ?? ""}`,
    firstAtMs,
    lastAtMs: milliseconds(series?.lastObservedTime ?? lastTimestamp) ?? firstAtMs,
  };
}

const ownerOf = ({ ownerReferences = [] }: Metadata): string | undefined =>
  (ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0])?.name;

/** When the deletion was asked for: Kubernetes writes the end of the grace period, so the period is subtracted. */
function deletionAskedMs({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: Metadata): number | undefined {
  const endMs = milliseconds(deletionTimestamp);
  return endMs === undefined ? undefined : endMs - deletionGracePeriodSeconds * 1000;
}

/** Keeps by uid the latest sight of every object that is there. */
export function keepLatest<T extends PodSeen | OwnerSeen>(known: Map<string, T>, seen: T): void {
  if (seen.change === "deleted") known.delete(seen.uid);
  else known.set(seen.uid, seen);
}

const milliseconds = (time: string | null | undefined): number | undefined => (time ? Date.parse(time) : undefined);

function defined<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
