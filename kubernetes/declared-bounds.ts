import type { V1DeploymentSpec, V1StatefulSetSpec } from "@kubernetes/client-node";
import { orderedRoomOf, roomOf } from "./count-or-percent.ts";

/*
 * How many pods a workload promises while it is rolled out. Examples:
 *
 *   workload                                                    Ready at least   pods at most
 *   Deployment, 3 replicas, maxUnavailable 0, maxSurge 1             3                4
 *   Deployment, 6 replicas, the default 25 % of both                 5                8
 *   Deployment, 6 replicas, Recreate                                 –                6
 *   StatefulSet, 3 replicas                                          2                3
 *   StatefulSet, 3 replicas, OnDelete                                –                3
 *   ReplicaSet of 3                                                  –                –
 */

/** Numbers of pods, terminating ones not counted; absent where the workload promises none. */
export type DeclaredBounds = {
  /** Pods that are Ready at every instant: replicas - maxUnavailable. */
  readonly leastReady?: number;
  /** Pods that exist at once: replicas + maxSurge. */
  readonly mostPods?: number;
};

/** The part of a workload's spec that says how it rolls. */
export type RollingSpec = {
  readonly replicas?: number;
  readonly strategy?: V1DeploymentSpec["strategy"];
  readonly updateStrategy?: V1StatefulSetSpec["updateStrategy"];
};

/** What a workload's spec promises. */
export function declaredBounds(kind: string, spec: RollingSpec = {}): DeclaredBounds {
  // The API server sets a missing `replicas` to 1.
  const { replicas = 1, strategy, updateStrategy } = spec;
  if (kind === "Deployment") {
    if (strategy?.type === "Recreate") return { mostPods: replicas };
    const room = roomOf(strategy?.rollingUpdate ?? {}, replicas);
    return { leastReady: Math.max(0, replicas - room.unavailable), mostPods: replicas + room.surge };
  }
  if (kind === "StatefulSet") {
    if (updateStrategy?.type === "OnDelete") return { mostPods: replicas };
    // A StatefulSet has no surge.
    const { maxUnavailable = 1 } = updateStrategy?.rollingUpdate ?? {};
    return { leastReady: Math.max(0, replicas - orderedRoomOf(maxUnavailable, replicas)), mostPods: replicas };
  }
  // Nothing rolls out other kinds: whoever deletes their pods decides how many go at once.
  return {};
}
