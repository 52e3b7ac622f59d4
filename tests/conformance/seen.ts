import type { V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../kubernetes/pods.ts";
import { PodTally, type Tallied } from "../support/pod-tally.ts";
import { CONTEXT } from "./shape.ts";
import { inOrder, type Sight } from "./watched.ts";

/** What became of a workload's pods since a change. */
export type Seen = Tallied & {
  /** The most pods without those that a ReplicaSet no longer wanted and had not told to stop yet. */
  readonly mostAsked: number;
};

/** Counts pods after each event from a version on, in the order in which the API server stored them. */
export function seenSince(version: number, sights: readonly Sight[], beganAtMs: number): Seen {
  const tally = new PodTally(CONTEXT.releaseOf);
  const wanted = new Map<string, number>();
  let mostAsked = 0;
  let hasBegun = false;
  const asked = () => {
    const owned = Map.groupBy(tally.active(), ({ metadata }) => metadata?.ownerReferences?.[0]?.uid ?? "");
    return [...owned].reduce((sum, [uid, all]) => sum + Math.min(all.length, wanted.get(uid) ?? all.length), 0);
  };
  const begin = () => {
    hasBegun = true;
    tally.begin(beganAtMs);
    mostAsked = asked();
  };
  for (const sight of inOrder(sights)) {
    const { kind, object, gone } = sight;
    if (!hasBegun && sight.version >= version) begin();
    if (kind === "ReplicaSet") wanted.set(object.metadata?.uid ?? "", gone ? 0 : (object.spec?.replicas ?? 1));
    if (kind === "Pod") tally.see(object, gone ? "deleted" : "modified", sight.atMs);
    if (hasBegun) mostAsked = Math.max(mostAsked, asked());
  }
  if (!hasBegun) begin();
  return { ...tally.seen(), mostAsked };
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
