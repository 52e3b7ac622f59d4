import { type RawObject, selectorText } from "../api-server.ts";
import type { Gap, Happening, KubernetesEvent, OwnerSeen } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";
import { type Change, type OwnerObject, ownerSeen, type PodObject, podSeen } from "./objects.ts";
import { ownEvents } from "./own-events.ts";
import { ownership, type WorkloadKind, type WorkloadName } from "./ownership.ts";
import { unlessRefused } from "./refused.ts";
import { releaseWord, revisionNames, revisionOf } from "./revisions.ts";

/**
 * Whose pods are watched. `selector`: labels that the pods, Deployments and ReplicaSets of an experiment carry, and that nothing
 * else does. `workloads`: anybody's workloads, whose pods are known by their owners and told apart by their revisions; `loadJob` is the
 * Job in their namespace that sends load, if one does.
 */
export type Watched =
  | { readonly selector: Readonly<Record<string, string>> }
  | { readonly workloads: readonly WorkloadName[]; readonly loadJob?: string };

/** Takes an object that a watch shows. */
export type Seen<T> = (object: T & RawObject, change: Change) => void;

type Running = { readonly done: Promise<void> };

/** What to ask the API server for, and what of its answers to tell. */
export type Selection = {
  readonly pods: Seen<PodObject>;
  readonly owners: (kind: OwnerSeen["kind"]) => Seen<OwnerObject>;
  /** Takes an Event, and the uid of the object that it is about. */
  readonly events: (uid: string, event: KubernetesEvent) => void;
  /** Kinds of owners to watch. */
  readonly kinds: readonly OwnerSeen["kind"][];
  readonly labels: Readonly<Record<"pods" | "owners", { readonly labelSelector?: string }>>;
  /** Starts following a path. */
  readonly begin: (source: Gap["source"], path: string, follow: () => Promise<Running>) => Promise<Running>;
};

export type SelectionOptions = {
  readonly target: { readonly of: Watched };
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly signal: AbortSignal;
};

/** Selects by an experiment's labels, where each list must be allowed, or by workloads, where the rest goes on without it. */
export function selection({ target: { of: watched }, recorder, signal }: SelectionOptions): Selection {
  const tell = (happening: Happening) => void recorder.record(happening);
  if ("selector" in watched) {
    const labels = { labelSelector: selectorText(watched.selector) };
    return {
      pods: (object, change) => tell(podSeen(object, change)),
      owners: (kind) => (object, change) => tell(ownerSeen(kind, object, change)),
      events: (_uid, event) => tell(event),
      kinds: ["Deployment", "ReplicaSet"],
      labels: { pods: labels, owners: labels },
      begin: (_source, _path, follow) => follow(),
    };
  }
  const owned = ownership(watched.workloads);
  const nameOf = revisionNames();
  const events = ownEvents(tell);
  const select = (kind: WorkloadKind, metadata: PodObject["metadata"], change: Change, toTell: () => void) => {
    if (change === "deleted") return owned.gone(metadata, toTell);
    owned.see(kind, metadata, () => {
      toTell();
      events.own(metadata.uid);
    });
  };
  return {
    pods: (pod, change) =>
      select("Pod", pod.metadata, change, () => {
        const revision = revisionOf(pod);
        const release = nameOf(revision, releaseWord(pod.metadata.labels, pod.spec?.containers));
        tell(podSeen(pod, change, { revision, release }));
      }),
    owners: (kind) => (object, change) =>
      select(kind, object.metadata, change, () => tell(ownerSeen(kind, object, change))),
    events: events.hear,
    kinds: ownerKinds(watched.workloads),
    labels: { pods: {}, owners: {} },
    begin: (source, path, follow) =>
      unlessRefused(follow, { source, resource: path.split("/").at(-1) ?? "", recorder, signal }),
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
