import type { Live } from "../../kubernetes/live.ts";
import type { WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planRollout, type RolloutPlan } from "../../plan/plan.ts";
import { type Case, kindOf } from "./cases.ts";
import { compare, type Point } from "./compare.ts";
import type { Seen } from "./seen.ts";
import { CONTEXT } from "./shape.ts";

/** A case that was run: all that a plan is made of, and what was seen. The plan itself is made anew whenever it is read. */
export type CaseRecord = {
  readonly index: number;
  readonly case: Case;
  readonly wanted: WorkloadManifest;
  readonly live: Live;
  readonly seen: Seen;
  /** What happened to the pods since the change, an event a line; absent where it was not kept. */
  readonly course?: readonly string[];
  /** The longest that the controllers took meanwhile for what takes a tenth of a second on an idle machine. */
  readonly lateMs: number;
  /** Why the case says nothing: the watch may have missed something. */
  readonly gap?: string;
};

/** `race` says why what was seen may be of an earlier change; such a result is outside of nothing. */
export type Result = {
  readonly kind: string;
  readonly race?: string;
  readonly plan: RolloutPlan;
  readonly points: readonly Point[];
};

/** Plans a recorded case and holds the plan against what was seen. */
export function resultOf({ case: one, wanted, live, seen, lateMs }: CaseRecord): Result {
  const plan = planRollout(wanted, live, CONTEXT);
  const points = compare(plan, seen, one.change.minReadySeconds * 1000, lateMs);
  const race = raceIn(live);
  return { kind: kindOf(one), plan, points, ...(race !== undefined && { race }) };
}

/** Whether the controller had not told yet that it saw the change before: what it does for that one may still come. */
function raceIn({ deployments, statefulSets = [], replicaSets }: Live): string | undefined {
  const isBehind = [...deployments, ...statefulSets, ...replicaSets].some(
    ({ metadata, status }) => (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
  );
  return isBehind ? "a controller had not told yet that it saw the change before" : undefined;
}

/** Whether a plan was wrong and no race explains it. */
export const isOutside = ({ points, race }: Result): boolean =>
  race === undefined && points.some(({ outside }) => outside);
