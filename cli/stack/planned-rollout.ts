import type { PlannedRollout } from "../../observer/events.ts";
import type { RolloutPlan } from "../../plan/rollout-plan.ts";
import { planSentences, workloadName } from "../../plan/text.ts";

/** What an observation records of a plan: the planner and the observer know nothing of each other. */
export const toPlanned = (plan: RolloutPlan): PlannedRollout => ({
  workload: workloadName(plan),
  change: plan.change,
  maxPods: plan.maxPods,
  minReady: plan.minReady,
  outage: plan.outage,
  replaced: plan.replaced,
  surviving: plan.surviving,
  durationMs: plan.durationMs,
  sentences: planSentences(plan),
});
