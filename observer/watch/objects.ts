import type { ContainerState, EndpointsSeen, KubernetesEvent, OwnerSeen, PodSeen } from "../events.ts";

/** Label that tells a pod's release. */
const RELEASE_LABEL = "app.kubernetes.io/version";

/** How an object came to be told of. */
export type Change = PodSeen["change"];

/** What of an object's metadata is used; all times are RFC 3339. */
type Metadata = {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly ownerReferences?: readonly { readonly name: string; readonly controller?: boolean }[];
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

/** A Pod as the API server writes it, as far as it is used. */
export type PodObject = {
  readonly metadata: Metadata;
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly { readonly image?: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly qosClass?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly started?: boolean;
      readonly restartCount: number;
      readonly imageID: string;
      readonly state?: RunState;
      readonly lastState?: RunState;
    }[];
  };
};

/** A Deployment or ReplicaSet as the API server writes it, as far as it is used. */
export type OwnerObject = {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
};

/** An EndpointSlice as the API server writes it, as far as it is used. */
export type EndpointSliceObject = {
  readonly metadata: Metadata;
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly terminating?: boolean };
    readonly targetRef?: { readonly name?: string };
  }[];
};

/** An Event of core/v1 as the API server writes it, as far as it is used. */
export type EventObject = {
  readonly metadata: Metadata;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
};

/** A Pod as a happening. */
export function podSeen({ metadata, spec, status }: PodObject, change: Change): PodSeen {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const isReady = ready?.status === "True";
  return {
    type: "pod",
    change,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    release: metadata.labels?.[RELEASE_LABEL] ?? "",
    image: spec?.containers?.[0]?.image ?? "",
    ...defined("owner", ownerOf(metadata)),
    ...defined("node", spec?.nodeName),
    phase: status?.phase ?? "Unknown",
    ...defined("qosClass", status?.qosClass),
    createdAtMs: Date.parse(metadata.creationTimestamp),
    ...defined("deletionAtMs", deletionAskedMs(metadata)),
    ready: isReady,
    ...(isReady && defined("readyAtMs", milliseconds(ready.lastTransitionTime))),
    containers: (status?.containerStatuses ?? []).map(containerState),
  };
}

type ContainerStatus = NonNullable<NonNullable<PodObject["status"]>["containerStatuses"]>[number];

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

/** A Deployment or ReplicaSet as a happening. */
export function ownerSeen(kind: OwnerSeen["kind"], { metadata, spec, status }: OwnerObject, change: Change): OwnerSeen {
  return {
    type: "owner",
    kind,
    change,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    release: spec?.template?.metadata?.labels?.[RELEASE_LABEL] ?? metadata.labels?.[RELEASE_LABEL] ?? "",
    // The API server fills it in; only an object from before that could lack it.
    wanted: spec?.replicas ?? 1,
    replicas: status?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    ...defined("updatedReplicas", status?.updatedReplicas),
    troubles: (status?.conditions ?? []).filter(isTrouble).map(({ type, reason }) => `${type}: ${reason ?? ""}`),
  };
}

/** Conditions that tell of a failure are named so; all others tell of what should be. */
const isTrouble = ({ type, status }: Condition): boolean =>
  /Failure$/.test(type) ? status === "True" : status !== "True";

/** An EndpointSlice as a happening; one that is gone leads nowhere. */
export function endpointsSeen({ metadata, endpoints = [] }: EndpointSliceObject, change: Change): EndpointsSeen {
  const there = change === "deleted" ? [] : endpoints;
  const names = (chosen: typeof there) =>
    chosen.map(({ targetRef, addresses }) => targetRef?.name ?? addresses?.[0] ?? "");
  const isTerminating = ({ conditions }: (typeof there)[number]) => conditions?.terminating === true;
  const staying = there.filter((endpoint) => !isTerminating(endpoint));
  return {
    type: "endpoints",
    change,
    slice: metadata.name,
    resourceVersion: metadata.resourceVersion,
    // A condition that is not known counts as ready.
    ready: names(staying.filter(({ conditions }) => conditions?.ready !== false)),
    notReady: names(staying.filter(({ conditions }) => conditions?.ready === false)),
    terminating: names(there.filter(isTerminating)),
  };
}

/** An Event of Kubernetes as a happening. */
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

/** Kubernetes writes when the grace period will be over. */
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
