import type { V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import { type DeclaredBounds, declaredBounds } from "../../kubernetes/declared-bounds.ts";
import type { Hypothesis } from "./hypotheses/index.ts";

/*
 * What a rollout has to keep, by what its own workload says: see kubernetes/declared-bounds.ts for the bounds. They are not written
 * down here, as the change may bring others: verdicts/declared.ts finds those that applied.
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

/**
 * The bounds that all of the workloads promise, and of each other bound a workload that does not. Pods are counted together, so of
 * several workloads that are watched together one without a bound leaves out that of all.
 */
export function promisesOf(workloads: readonly DeclaredWorkload[]): {
  readonly [Bound in keyof DeclaredBounds]-?: { readonly isPromised: boolean; readonly without?: DeclaredWorkload };
} {
  const told = workloads.map((workload) => {
    const { kind, object } = workload;
    return { workload, bounds: declaredBounds(kind, kind === "Pod" ? {} : object.spec) };
  });
  const of = (bound: keyof DeclaredBounds) => {
    const without = told.find(({ bounds }) => bounds[bound] === undefined)?.workload;
    return { isPromised: told.length > 0 && !without, ...(without && { without }) };
  };
  return { leastReady: of("leastReady"), mostPods: of("mostPods") };
}

/** The hypotheses of a rollout of which nobody has claimed anything. */
export function defaultHypotheses({ workloads, change, after, namesPods }: Defaults): Hypothesis[] {
  const { leastReady, mostPods } = promisesOf(workloads);
  return [
    { id: "rollout-completes", claim: "The rollout completes", kind: "rollout-completes", step: change },
    { id: "no-failed-requests", claim: "No request fails during the change", kind: "no-failed-requests", step: change },
    { id: "no-failed-requests-after", claim: "No request fails after it", kind: "no-failed-requests", step: after },
    ...(leastReady.isPromised
      ? [
          {
            id: "ready-at-least",
            claim: "At every instant at least replicas - maxUnavailable pods are Ready",
            kind: "ready-at-least",
            step: change,
          } as const,
        ]
      : []),
    ...(mostPods.isPromised
      ? [
          {
            id: "pods-at-most",
            claim: "There are at most replicas + maxSurge pods, besides terminating ones",
            kind: "pods-at-most",
            step: change,
          } as const,
        ]
      : []),
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
