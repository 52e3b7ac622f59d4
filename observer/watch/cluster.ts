import { type RawObject, selectorText, type Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { Gap, Happening, OwnerSeen } from "../events.ts";
import { LOAD_NAME } from "../load/name.ts";
import type { Recorder } from "../recording/recorder.ts";
import { type Followed, follow } from "./follow.ts";
import {
  type Change,
  type EndpointSliceObject,
  type EventObject,
  endpointsSeen,
  kubernetesEventSeen,
  type OwnerObject,
  ownerSeen,
  type PodObject,
  podSeen,
} from "./objects.ts";
import { ownership, type WorkloadKind, type WorkloadName } from "./ownership.ts";
import { releaseWord, revisionNames, revisionOf } from "./revisions.ts";

/** Which objects of the cluster the observer watches. */
export type WatchTarget = {
  /** It need not exist yet, and may be deleted and created again during the watch. */
  readonly namespace: string;
  /** The Services whose endpoints are watched. */
  readonly services: readonly string[];
  readonly of: Watched;
};

/**
 * Whose pods are watched. `selector`: labels that the pods, Deployments and ReplicaSets of an experiment carry, and that nothing
 * else does. `workloads`: anybody's workloads, whose pods are known by their owners and told apart by their revisions;
 * `podLabels` may narrow down which pods the API server is asked for.
 */
export type Watched =
  | { readonly selector: Readonly<Record<string, string>> }
  | { readonly workloads: readonly WorkloadName[]; readonly podLabels?: string };

export type WatchOptions = {
  readonly transport: Transport;
  readonly target: WatchTarget;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly signal: AbortSignal;
};

type Source = Gap["source"];

/**
 * Records every change of the watched pods, of their owners and of the Services' endpoints, and every new Event of Kubernetes,
 * until the signal is aborted. Resolves after the first list of each kind; `done` resolves when all watches have ended.
 * @throws {ApiError} when the API server refuses a list.
 */
export async function watchCluster(options: WatchOptions): Promise<{ readonly done: Promise<void> }> {
  const { transport, target, clock, recorder, signal } = options;
  const namespaced = (group: string, kind: string) => `${group}/namespaces/${target.namespace}/${kind}`;
  const tell = (happening: Happening) => void recorder.record(happening);
  const start = <T>(source: Source, followed: Pick<Followed, "path" | "labelSelector">, seen: Seen<T>) => {
    const onGap: Followed["onGap"] = (sinceMs, why) => {
      const untilMs = recorder.nowMs();
      tell({ type: "gap", source, fromMs: untilMs - (clock.monotonicMs() - sinceMs), untilMs, why, toldLate: true });
    };
    return follow<T & RawObject>({ ...followed, onObject: seen, onGap }, { transport, clock, signal });
  };
  let isWatching = false;
  const { pods, owners, kinds, labels } = selection(target.of, tell);
  const following = await Promise.all([
    start<PodObject>("pods", { path: namespaced("/api/v1", "pods"), ...labels.pods }, pods),
    ...kinds.map((kind) =>
      start<OwnerObject>(
        "owners",
        { path: namespaced("/apis/apps/v1", `${kind.toLowerCase()}s`), ...labels.owners },
        owners(kind),
      ),
    ),
    ...target.services.map((service) =>
      start<EndpointSliceObject>(
        "endpoints",
        {
          path: namespaced("/apis/discovery.k8s.io/v1", "endpointslices"),
          labelSelector: selectorText({ "kubernetes.io/service-name": service }),
        },
        (object, change) => tell(endpointsSeen(object, change)),
      ),
    ),
    start<EventObject>(
      "kubernetes-events",
      { path: namespaced("/api/v1", "events") },
      eventTeller(tell, () => isWatching),
    ),
  ]);
  isWatching = true;
  return { done: Promise.all(following.map(({ done }) => done)).then(() => undefined) };
}

type Seen<T> = (object: T & RawObject, change: Change) => void;

type Selection = {
  readonly pods: Seen<PodObject>;
  readonly owners: (kind: OwnerSeen["kind"]) => Seen<OwnerObject>;
  /** Kinds of owners to watch. */
  readonly kinds: readonly OwnerSeen["kind"][];
  readonly labels: Readonly<Record<"pods" | "owners", { readonly labelSelector?: string }>>;
};

/** What to ask the API server for, and what of it to tell. */
function selection(watched: Watched, tell: (happening: Happening) => void): Selection {
  if ("selector" in watched) {
    const labels = { labelSelector: selectorText(watched.selector) };
    return {
      pods: (object, change) => tell(podSeen(object, change)),
      owners: (kind) => (object, change) => tell(ownerSeen(kind, object, change)),
      kinds: ["Deployment", "ReplicaSet"],
      labels: { pods: labels, owners: labels },
    };
  }
  const owned = ownership(watched.workloads);
  const nameOf = revisionNames();
  const select = (kind: WorkloadKind, metadata: PodObject["metadata"], change: Change, toTell: () => void) =>
    change === "deleted" ? owned.gone(metadata, toTell) : owned.see(kind, metadata, toTell);
  return {
    pods: (pod, change) =>
      select("Pod", pod.metadata, change, () => {
        const revision = revisionOf(pod);
        const release = nameOf(revision, releaseWord(pod.metadata.labels, pod.spec?.containers));
        tell(podSeen(pod, change, { revision, release }));
      }),
    owners: (kind) => (object, change) =>
      select(kind, object.metadata, change, () => tell(ownerSeen(kind, object, change))),
    kinds: ownerKinds(watched.workloads),
    labels: { pods: { ...(watched.podLabels !== undefined && { labelSelector: watched.podLabels }) }, owners: {} },
  };
}

/** A Deployment owns its pods through ReplicaSets; a Pod has no owner that is watched. */
function ownerKinds(workloads: readonly WorkloadName[]): OwnerSeen["kind"][] {
  const kinds = workloads.flatMap(({ kind }): OwnerSeen["kind"][] => {
    if (kind === "Deployment") return ["Deployment", "ReplicaSet"];
    return kind === "Pod" ? [] : [kind];
  });
  return [...new Set(kinds)];
}

/**
 * Tells each version of an Event once. The first list also shows Events of earlier runs, which Kubernetes keeps for an hour:
 * they are not told. An Event that only a later list shows is told, because the watch missed it.
 */
function eventTeller(tell: (happening: Happening) => void, isWatching: () => boolean): Seen<EventObject> {
  const seen = new Set<string>();
  return (object, change) => {
    const version = `${object.metadata.uid} ${object.metadata.resourceVersion}`;
    // Events about the load's own Job and pods are no part of the experiment.
    if (object.involvedObject?.name?.startsWith(LOAD_NAME)) return;
    const isNews = change !== "deleted" && !seen.has(version) && (change !== "listed" || isWatching());
    seen.add(version);
    if (isNews) tell(kubernetesEventSeen(object));
  };
}
