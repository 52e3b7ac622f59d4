import type { PlannedRollout, PlannedService } from "../../observer/events.ts";
import { type RolloutPlan, workloadName } from "../../plan/rollout-plan.ts";
import type { ServicePlan } from "../../plan/service-plan.ts";
import { serviceSentences, tellingServices } from "../../plan/service-text.ts";
import { planSentences } from "../../plan/text.ts";

/** What an observation records of a plan: the planner and the observer know nothing of each other. */
export const toPlanned = (plan: RolloutPlan, services: readonly ServicePlan[]): PlannedRollout => ({
  workload: workloadName(plan),
  change: plan.change,
  maxPods: plan.maxPods,
  minReady: plan.minReady,
  outage: plan.outage,
  ...(plan.possibleOutage && { outagePossible: true as const }),
  replaced: plan.replaced,
  surviving: plan.surviving,
  durationMs: plan.durationMs,
  sentences: planSentences(plan, services),
});

/** What an observation records of the plans of Services. */
export function toPlannedServices(
  services: readonly ServicePlan[],
  rollouts: readonly RolloutPlan[],
): readonly PlannedService[] {
  const telling = tellingServices(services, rollouts);
  return services.map((service) => ({
    service: service.name,
    change: service.change,
    minReady: service.minReady,
    maxReady: service.maxReady,
    outage: service.outage,
    sentences: telling.includes(service) ? serviceSentences(service, rollouts) : [],
  }));
}
