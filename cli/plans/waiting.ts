import type { Applier } from "../../plan/plan-context.ts";
import { type RolloutPlan, workloadName } from "../../plan/rollout-plan.ts";

/** How long to wait for a workload's change, in whole seconds, why so long, and the command that waits. */
export type Waiting = { readonly seconds: number; readonly why: string; readonly command: string };

/**
 * How long to wait for a change before it counts as failed. A startup probe says how long a healthy pod may take, so that all waves
 * together say it of the rollout; without one the plan's own expectation is all there is. Undefined where nothing is to be waited for.
 *
 * Example: 4 waves of pods whose startup probe allows 300 s are 1200 s. Where each waits 33 s for an old pod to go, they are 1332 s.
 */
export function waitingFor(plan: RolloutPlan, namespace: string, appliedBy: Applier): Waiting | undefined {
  const { change, created, durationMs, budgetMs, stops, refused } = plan;
  const restarts = change === "restart";
  if (refused !== undefined || (created === 0 && !restarts)) return undefined;
  const expected = Math.ceil(durationMs.most / 1000);
  const budget = stops === undefined && budgetMs !== undefined ? Math.ceil(budgetMs / 1000) : 0;
  const seconds = Math.max(1, expected, budget);
  return {
    seconds,
    why: stops === undefined ? whyOf(plan, expected, budget) : "until it counts as failed",
    command: commandOf(plan, { namespace, appliedBy, seconds }),
  };
}

/** Why so many seconds are the longest that a change may take; `budget` is 0 where no startup probe sets a limit. */
function whyOf(plan: RolloutPlan, expected: number, budget: number): string {
  if (budget === 0) return "the longest that is expected; no startup probe says how long a pod may take";
  if (budget < expected) return "the longest that is expected, which is more than the startup probe allows a pod";
  const each = plan.waves > 1 ? `${plan.waves} waves of up to ${Math.round(budget / plan.waves)} s, which is ` : "";
  const allowed = `${each}what the startup probe allows a pod`;
  return waitsForOld(plan) ? `${allowed}, after the grace period of the one before it` : allowed;
}

/** Whether new pods come only once old ones are gone. */
const waitsForOld = ({ kind, change }: RolloutPlan): boolean =>
  ["recreate", "replace", "restart"].includes(change) || (kind === "StatefulSet" && change === "roll");

function commandOf(
  plan: RolloutPlan,
  {
    namespace,
    appliedBy,
    seconds,
  }: { readonly namespace: string; readonly appliedBy: Applier; readonly seconds: number },
): string {
  if (appliedBy === "helm") return `helm upgrade --install … --wait --timeout ${seconds}s`;
  const where = `${workloadName(plan).toLowerCase()} -n ${namespace} --timeout=${seconds}s`;
  if (plan.kind === "Pod") return `kubectl wait --for=condition=Ready ${where}`;
  if (plan.kind !== "ReplicaSet") return `kubectl rollout status ${where}`;
  const pods = Object.values(plan.podsAfter).reduce((sum, number) => sum + number, 0);
  return `kubectl wait --for=jsonpath='{.status.readyReplicas}'=${pods} ${where}`;
}
