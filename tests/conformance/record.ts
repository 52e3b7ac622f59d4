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

export type Result = { readonly kind: string; readonly plan: RolloutPlan; readonly points: readonly Point[] };

/** Plans a recorded case and holds the plan against what was seen. */
export function resultOf({ case: one, wanted, live, seen, lateMs }: CaseRecord): Result {
  const plan = planRollout(wanted, live, CONTEXT);
  return { kind: kindOf(one), plan, points: compare(plan, seen, one.change.minReadySeconds * 1000, lateMs) };
}
