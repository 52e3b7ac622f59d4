import type { Revision } from "./revision.ts";
import type { RolloutPlan } from "./rollout-plan.ts";
import type { Served } from "./service-plan.ts";

/** The labels by which a Service selects pods; undefined where there is no Service, which selects none. */
export type Selector = Readonly<Record<string, string>> | undefined;

/** A workload behind a Service, or pods that the change leaves alone, which have no plan. */
export type Behind = Pick<RolloutPlan, "minReady" | "maxPods" | "revisions"> & {
  readonly workload: string;
  readonly plan?: RolloutPlan;
};

export const selects = (selector: Selector, { labels }: Revision): boolean =>
  selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);

/**
 * Ready pods of a workload that a selector finds: before the change, at least while it goes on, and when it is complete. While it
 * goes on there are two bounds, and the larger one counts:
 * - the sum of the fewest of each selected revision
 * - the fewest of the whole workload, without all that may be Ready of the others
 *
 * Example: 4 pods of v1 roll to v2, and at least 3 are Ready at any time. Of v1 alone and of v2 alone there may be none. If the
 * selector finds both, the second bound gives 3 - 0 = 3. If it finds only v2, it gives 3 - 4 pods of v1, which is nothing.
 */
export const readyOf = {
  before: ({ revisions }: Behind, selector: Selector): number =>
    sum(selectedOf(revisions, selector), ({ readyBefore }) => readyBefore),
  meanwhile: ({ revisions, minReady }: Behind, selector: Selector): number => {
    const selected = selectedOf(revisions, selector);
    const others = revisions.filter((revision) => !selected.includes(revision));
    return Math.max(
      0,
      sum(selected, (one) => one.minReady),
      minReady - sum(others, (one) => one.maxReady),
    );
  },
  after: ({ revisions }: Behind, selector: Selector): number =>
    sum(selectedOf(revisions, selector), ({ readyAfter }) => readyAfter),
} as const;

/** How far the change of a workload is. */
export type Progress = keyof typeof readyOf;

/** The most pods of a workload that a selector may find Ready at one instant. */
export const mostReady = ({ revisions, maxPods }: Behind, selector: Selector): number =>
  Math.min(
    maxPods,
    sum(selectedOf(revisions, selector), ({ maxReady }) => maxReady),
  );

/** Who serves before a workload's change or after it, by release. */
export function servedBy({ workload, revisions }: Behind, selector: Selector, when: "before" | "after"): Served[] {
  const releases = Map.groupBy(selectedOf(revisions, selector), ({ release }) => release);
  return [...releases].flatMap(([release, alike]) => {
    const pods = sum(alike, ({ readyBefore, readyAfter }) => (when === "before" ? readyBefore : readyAfter));
    return pods > 0 ? { workload, release, pods } : [];
  });
}

export const hasPods = ({ maxPods }: Revision): boolean => maxPods > 0;

const selectedOf = (revisions: readonly Revision[], selector: Selector): readonly Revision[] =>
  revisions.filter((revision) => selects(selector, revision));

export function sum<One>(all: readonly One[], of: (one: One) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
