import type { V1ObjectMeta, V1Pod } from "@kubernetes/client-node";
import { byRelease, isActive, isReady, nameOf } from "../../kubernetes/pods.ts";
import { CONTEXT } from "./shape.ts";
import { inOrder, type Sight } from "./watched.ts";

/** What became of a workload's pods since a change. */
export type Seen = {
  readonly mostPods: number;
  /** The same without those that a ReplicaSet no longer wanted and had not told to stop yet. */
  readonly mostAsked: number;
  readonly fewestReady: number;
  readonly created: number;
  /** Names of the pods from before the change that went, and that stayed. */
  readonly gone: readonly string[];
  readonly stayed: readonly string[];
  readonly podsAfter: Readonly<Record<string, number>>;
  /** When a pod last came, was told to stop or changed its readiness, in ms since the change. */
  readonly lastChangeMs: number;
};

/** Counts pods after each event from a version on, in the order in which the API server stored them. */
export function seenSince(version: number, sights: readonly Sight[], beganAtMs: number): Seen {
  const pods = new Map<string, V1Pod>();
  const active = () => [...pods.values()].filter(isActive);
  const wanted = new Map<string, number>();
  const ordered = inOrder(sights);
  const uidOf = ({ metadata }: { readonly metadata?: V1ObjectMeta }) => metadata?.uid ?? "";
  const put = ({ kind, object, gone }: Sight) => {
    if (kind === "ReplicaSet") wanted.set(uidOf(object), gone ? 0 : (object.spec?.replicas ?? 1));
    if (kind === "Pod" && gone) pods.delete(uidOf(object));
    else if (kind === "Pod") pods.set(uidOf(object), object);
  };
  const asked = () => {
    const owned = Map.groupBy(active(), ({ metadata }) => metadata?.ownerReferences?.[0]?.uid ?? "");
    return [...owned].reduce((sum, [uid, all]) => sum + Math.min(all.length, wanted.get(uid) ?? all.length), 0);
  };
  for (const sight of ordered) if (sight.version < version) put(sight);
  const before = active();
  const known = new Set(pods.keys());
  let most = before.length;
  let mostAsked = asked();
  let fewest = before.filter(isReady).length;
  let created = 0;
  let lastChangeMs = 0;
  for (const sight of ordered) {
    if (sight.version < version) continue;
    const uid = uidOf(sight.object);
    if (sight.kind === "Pod" && !known.has(uid)) {
      known.add(uid);
      created += 1;
    }
    const was = stateOf(pods.get(uid));
    put(sight);
    if (was !== stateOf(pods.get(uid))) lastChangeMs = Math.max(0, sight.atMs - beganAtMs);
    const now = active();
    most = Math.max(most, now.length);
    mostAsked = Math.max(mostAsked, asked());
    fewest = Math.min(fewest, now.filter(isReady).length);
  }
  const stays = (pod: V1Pod) => {
    const now = pods.get(uidOf(pod));
    return now !== undefined && isActive(now);
  };
  return {
    mostPods: most,
    mostAsked,
    fewestReady: fewest,
    created,
    gone: before
      .filter((pod) => !stays(pod))
      .map(nameOf)
      .sort(),
    stayed: before.filter(stays).map(nameOf).sort(),
    podsAfter: byRelease(active(), CONTEXT.releaseOf),
    lastChangeMs: Math.round(lastChangeMs),
  };
}

/** Pods' events since a version, a line each: its version, the pod, the first digits of its uid, and its state. */
export const courseOf = (version: number, sights: readonly Sight[]): readonly string[] =>
  inOrder(sights).flatMap((sight) => {
    if (sight.version < version) return [];
    const { name, uid = "", deletionTimestamp } = sight.object.metadata ?? {};
    if (sight.kind !== "Pod") return [`${sight.version} ${sight.kind} ${name} replicas ${sight.object.spec?.replicas}`];
    const state = sight.gone ? "gone" : deletionTimestamp ? "stops" : isReady(sight.object) ? "ready" : "is not ready";
    return [`${sight.version} ${name} (${uid.slice(0, 4)}) ${state} ${sight.object.status?.phase ?? ""}`];
  });

/**
 * Pods that the rig ended in the place of others of their name: kwok deletes by name and at once, a controller with the pod's grace
 * period. A case with one says nothing about the controllers.
 */
export function endedByRig(sights: readonly Sight[]): readonly string[] {
  const told = new Set<string>();
  return inOrder(sights).flatMap((sight) => {
    const { uid = "", name = "", deletionTimestamp, deletionGracePeriodSeconds } = sight.object.metadata ?? {};
    if (sight.kind !== "Pod" || !deletionTimestamp || told.has(uid)) return [];
    told.add(uid);
    return deletionGracePeriodSeconds === 0 && isRunning(sight.object) ? [name] : [];
  });
}

const isRunning = ({ status }: V1Pod): boolean => status?.phase !== "Failed" && status?.phase !== "Succeeded";

const stateOf = (pod: V1Pod | undefined): string => (pod ? `${isActive(pod)} ${isReady(pod)}` : "");
