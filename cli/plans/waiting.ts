import type { Applier } from "../../plan/plan-context.ts";
import { type RolloutPlan, workloadName } from "../../plan/rollout-plan.ts";

/** How long to wait for a workload's change, in whole seconds, why so long, and the command that waits. */
export type Waiting = { readonly seconds: number; readonly why: string; readonly command: string };

/**
 * How long to wait for a change before it counts as failed. A startup probe says how long a healthy pod may take, so that all waves
 * together say it of the rollout; without one the plan's own expectation is all there is. Undefined where nothing is to be waited for.
 *
 * Example: 4 waves of pods whose startup probe allows 300 s are 1200 s.
 */
export function waitingFor(plan: RolloutPlan, namespace: string, appliedBy: Applier): Waiting | undefined {
  const { change, created, durationMs, budgetMs, waves, stops, refused } = plan;
  const restarts = change === "restart";
  if (refused !== undefined || (created === 0 && !restarts)) return undefined;
  const expected = Math.ceil(durationMs.most / 1000);
  const budget = stops === undefined && budgetMs !== undefined ? Math.ceil(budgetMs / 1000) : 0;
  const seconds = Math.max(1, expected, budget);
  const each = waves > 1 ? `${waves} waves of up to ${Math.round(budget / waves)} s, which is` : "as long as";
  const why =
    budget >= expected && budget > 0
      ? `${each} what the startup probe allows a pod`
      : stops === undefined
        ? "the longest that is expected; no startup probe says how long a pod may take"
        : "until it counts as failed";
  return {
    seconds,
    why: why.replace("as long as what", "what"),
    command: commandOf(plan, { namespace, appliedBy, seconds }),
  };
}

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
