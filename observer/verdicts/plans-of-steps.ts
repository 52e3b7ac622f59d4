import type { PlanMade, PlannedRollout, Recording } from "../events.ts";

/** The last plan of each step: a watch plans a change again whenever a workload gets another spec. */
export function lastPlans({ events }: Recording): PlanMade[] {
  const plans = events.filter((event) => event.type === "plan");
  return plans.filter((event, index) => !plans.slice(index + 1).some(({ step }) => step === event.step));
}

/**
 * The plan of a change that was taken back in its step: the last one of the workload's earlier plans that asked for something, where
 * its last plan asks for nothing. Neither says what both together do. Undefined where nothing was taken back.
 *
 * Example: `kubectl scale --replicas=0` and then `--replicas=3` of 3 pods. The first plan is to end 3 pods, and the second one,
 * which goes by what ran before the step as well, is that 3 pods stay: yet all of them are replaced.
 */
export function takenBack({ events }: Recording, step: string, last: PlannedRollout): PlannedRollout | undefined {
  if (last.change !== "none") return undefined;
  return events
    .flatMap((event) => (event.type === "plan" && event.step === step ? event.plans : []))
    .findLast(({ workload, change }) => workload === last.workload && change !== "none");
}

/** All sentences of a plan, those of the Services last. */
export const sentencesOf = ({ plans, services = [] }: PlanMade): string[] =>
  [...plans, ...services].flatMap(({ sentences }) => sentences);

/** The sentences of a step's last plan, each after those of what it took back. */
export function sentencesOfStep(recording: Recording, step: string): string[] {
  const last = lastPlans(recording).find((plan) => plan.step === step);
  if (!last) return [];
  const plans = last.plans.flatMap((plan) => {
    const before = takenBack(recording, step, plan);
    return before ? [before, plan] : [plan];
  });
  return sentencesOf({ ...last, plans });
}
