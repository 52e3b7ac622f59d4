import type { V1Pod } from "@kubernetes/client-node";
import { isReady } from "../kubernetes/pods.ts";
import type { PlanContext, Template } from "./plan-context.ts";

/** The pods of a workload that bear the same labels, through the change. A Service selects all of them, or none. */
export type Revision = {
  readonly release: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readyBefore: number;
  /** The fewest and the most that may be Ready at one instant, and how many are Ready at the end. */
  readonly minReady: number;
  readonly maxReady: number;
  readonly readyAfter: number;
  /** The most pods at one instant, Ready or not. */
  readonly maxPods: number;
};

/** Pods that exist, as revisions; `staysReady` says how many Ready ones of a revision's pods stay for certain. */
export function revisionsOf(
  pods: readonly V1Pod[],
  staysReady: (alike: readonly V1Pod[]) => number,
  releaseOf: PlanContext["releaseOf"],
): Revision[] {
  const groups = Map.groupBy(pods, ({ metadata }) => JSON.stringify(Object.entries(metadata?.labels ?? {}).sort()));
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const stays = staysReady(alike);
    return {
      release: releaseOf(first),
      labels: first.metadata?.labels ?? {},
      readyBefore: readyOf(alike),
      minReady: stays,
      // A pod that is not Ready now may get Ready.
      maxReady: alike.length,
      readyAfter: stays,
      maxPods: alike.length,
    };
  });
}

/** Pods that come from a template, none of which exists yet. */
export const comingRevision = (
  template: Template,
  pods: number,
  neverReady: boolean,
  releaseOf: PlanContext["releaseOf"],
): Revision => ({
  release: releaseOf(template),
  labels: template.metadata?.labels ?? {},
  readyBefore: 0,
  minReady: 0,
  maxReady: neverReady ? 0 : pods,
  readyAfter: neverReady ? 0 : pods,
  maxPods: pods,
});

/** How many of the pods are Ready. */
export const readyOf = (pods: readonly V1Pod[]): number => pods.filter(isReady).length;
