import type { V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import { count } from "../words.ts";
import type { Hypothesis } from "./hypotheses/index.ts";

/*
 * What a rollout has to keep, by what its own workload says. Examples of the bounds during the change:
 *
 *   workload                                                    Ready at least   pods at most
 *   Deployment, 3 replicas, maxUnavailable 0, maxSurge 1             3                4
 *   Deployment, 6 replicas, the default 25 % of both                 5                8
 *   Deployment, 6 replicas, Recreate                                 –                6
 *   StatefulSet, 3 replicas                                          2                3
 *   StatefulSet, 3 replicas, OnDelete                                –                3
 *   ReplicaSet of 3, or a bare Pod                                   –                –
 *
 * Of several workloads that are watched together the bounds are added up; one without a bound leaves out that of all.
 */

/** A workload as the API server has it before the change. */
export type DeclaredWorkload =
  | { readonly kind: "Deployment"; readonly object: V1Deployment }
  | { readonly kind: "StatefulSet"; readonly object: V1StatefulSet }
  | { readonly kind: "ReplicaSet"; readonly object: V1ReplicaSet }
  | { readonly kind: "Pod"; readonly object: V1Pod };

export type Defaults = {
  readonly workloads: readonly DeclaredWorkload[];
  /** Ids of the steps: that of the change, and that of the load after it. */
  readonly change: string;
  readonly after: string;
  /** Whether answers name their pod. Without that nobody can say which pod answered. */
  readonly namesPods: boolean;
};

/** The hypotheses of a rollout of which nobody has claimed anything. */
export function defaultHypotheses({ workloads, change, after, namesPods }: Defaults): Hypothesis[] {
  const wanted = workloads.map(boundsOf);
  const ready = sum(wanted.map(({ ready: least }) => least));
  const pods = sum(wanted.map(({ pods: most }) => most));
  return [
    { id: "rollout-completes", claim: "The rollout completes", kind: "rollout-completes", step: change },
    { id: "no-failed-requests", claim: "No request fails during the change", kind: "no-failed-requests", step: change },
    { id: "no-failed-requests-after", claim: "No request fails after it", kind: "no-failed-requests", step: after },
    ...(ready === undefined
      ? []
      : [
          {
            id: "ready-at-least",
            claim: `At least ${count(ready, "pod is", "pods are")} Ready at every instant: replicas - maxUnavailable`,
            kind: "ready-at-least",
            step: change,
            pods: ready,
          } as const,
        ]),
    ...(pods === undefined
      ? []
      : [
          {
            id: "pods-at-most",
            claim: `There are at most ${count(pods, "pod")} besides terminating ones: replicas + maxSurge`,
            kind: "pods-at-most",
            step: change,
            pods,
          } as const,
        ]),
    { id: "no-restarts", claim: "No container restarts during the change", kind: "no-restarts", step: change },
    { id: "no-restarts-after", claim: "No container restarts after it", kind: "no-restarts", step: after },
    ...(namesPods
      ? [
          {
            id: "not-served-before-ready",
            claim: "Pods answer only once they are Ready",
            kind: "not-served-before-ready",
          } as const,
        ]
      : []),
  ];
}

type Bounds = { readonly ready?: number; readonly pods?: number };

function boundsOf({ kind, object }: DeclaredWorkload): Bounds {
  switch (kind) {
    case "Deployment": {
      const { replicas = 1, strategy } = object.spec ?? {};
      if (strategy?.type === "Recreate") return { pods: replicas };
      const room = roomOf(strategy?.rollingUpdate ?? {}, replicas);
      return { ready: Math.max(0, replicas - room.unavailable), pods: replicas + room.surge };
    }
    case "StatefulSet": {
      const { replicas = 1, updateStrategy } = object.spec ?? {};
      if (updateStrategy?.type === "OnDelete") return { pods: replicas };
      // A StatefulSet has no surge; its maxUnavailable, where the cluster knows it, is rounded up, and is at least 1.
      const { maxUnavailable = 1 } = updateStrategy?.rollingUpdate ?? {};
      const { surge: unavailable } = roomOf({ maxSurge: maxUnavailable, maxUnavailable: 0 }, replicas);
      return { ready: Math.max(0, replicas - Math.max(1, unavailable)), pods: replicas };
    }
    case "ReplicaSet":
    case "Pod":
      // Nothing rolls them out: whoever deletes their pods decides how many go at once.
      return {};
  }
}

/** The sum, or undefined where one is missing. */
const sum = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce<number | undefined>(
    (before, number) => (before === undefined || number === undefined ? undefined : before + number),
    numbers.length === 0 ? undefined : 0,
  );
