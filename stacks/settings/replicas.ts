import Type from "typebox";
import type { SettingConflict } from "./parse.ts";
import type { PodSettings } from "./pod.ts";

/** Settings of replicated pods: their number, and when a rollout is complete or given up. `replicas` is the default number. */
export const replicaSettings = (replicas: number) =>
  Type.Object({
    replicas: Type.Integer({ minimum: 1, maximum: 50, default: replicas, description: "Pods to serve with" }),
    minReadySeconds: Type.Integer({
      minimum: 0,
      maximum: 300,
      default: 0,
      description: "Time that a new pod must be ready before it counts as available",
    }),
    progressDeadlineSeconds: Type.Integer({
      minimum: 10,
      maximum: 3600,
      default: 50,
      description: "Time without progress after which a rollout counts as failed",
    }),
  });

/** Values of `replicaSettings`. */
export type ReplicaSettings = PodSettings & {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
};

const COUNT_OR_PERCENT = {
  pattern: "^([0-9]|[1-9][0-9]|100|[0-9]{1,2}%|100%)$",
  allowed: "0 to 100, or 0% to 100%",
};

/** Settings of a rolling update: how many pods it may have above and below the wanted number, as counts or percentages. */
export const rollingSettings = (maxSurge: string, maxUnavailable: string) =>
  Type.Object({
    maxSurge: Type.String({
      ...COUNT_OR_PERCENT,
      default: maxSurge,
      description: "Pods above the wanted number, as a count or a percentage that is rounded up",
    }),
    maxUnavailable: Type.String({
      ...COUNT_OR_PERCENT,
      default: maxUnavailable,
      description: "Pods below the wanted number, as a count or a percentage that is rounded down",
    }),
  });

/** Finds a rolling update that could not move, or a deadline that the API server would refuse. */
export function replicaConflict(
  settings: ReplicaSettings & { readonly maxSurge?: string; readonly maxUnavailable?: string },
): SettingConflict | undefined {
  const { minReadySeconds, progressDeadlineSeconds, maxSurge, maxUnavailable } = settings;
  if (progressDeadlineSeconds <= minReadySeconds) {
    const allowed = `more than minReadySeconds, which is ${minReadySeconds}`;
    return { key: "progressDeadlineSeconds", got: progressDeadlineSeconds, allowed };
  }
  if (maxSurge && maxUnavailable && isZero(maxSurge) && isZero(maxUnavailable)) {
    return { key: "maxUnavailable", got: maxUnavailable, allowed: "more than 0, because maxSurge is 0 as well" };
  }
  return undefined;
}

const isZero = (countOrPercentage: string): boolean => Number.parseInt(countOrPercentage, 10) === 0;
