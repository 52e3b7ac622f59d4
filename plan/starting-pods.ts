import type { V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import { isActive, isReady, nameOf, podsOf, readySinceMs } from "../kubernetes/pods.ts";
import { availableIn } from "./old-sets.ts";
import type { PlanContext } from "./plan-context.ts";
import { NEVER_MS, timingOf } from "./pod-timing.ts";
import type { PossibleOutage, RolloutPlan } from "./rollout-plan.ts";

/** A container that waits for one of these, or that has restarted, does not get ready by itself. */
const STUCK = /BackOff$|^Err|^InvalidImageName$|^CreateContainer\w*Error$/;

/** Whether a pod does not get ready by itself. */
export const isStuck = ({ status }: V1Pod): boolean =>
  (status?.containerStatuses ?? []).some(
    ({ restartCount, state }) => restartCount > 0 || STUCK.test(state?.waiting?.reason ?? ""),
  );

/** Names of the pods that are not Ready or not available now, and may get so at any time. */
export function startingIn(live: Live, context: PlanContext): readonly string[] {
  const starting = live.pods.filter(
    (pod) => isActive(pod) && !isReady(pod) && !isStuck(pod) && !timingOf(pod, context).neverReady,
  );
  return [...starting, ...live.replicaSets.flatMap((set) => unavailableIn(live, set))].map(nameOf).sort();
}

/** The Ready pods of a set that its status does not take for available: those that got Ready last. */
function unavailableIn(live: Live, set: V1ReplicaSet): readonly V1Pod[] {
  const ready = podsOf(live, nameOf(set)).filter((pod) => isActive(pod) && isReady(pod));
  const late = ready.length - (availableIn(set) ?? ready.length);
  return late <= 0 ? [] : ready.toSorted((a, b) => readySinceMs(b) - readySinceMs(a)).slice(0, late);
}

/** What runs, as if pods had got Ready and available already. */
export function withReady(live: Live, names: readonly string[]): Live {
  const ready = (pod: V1Pod): V1Pod => {
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "Ready");
    const conditions = [...others, { type: "Ready", status: "True" }];
    return { ...pod, status: { ...pod.status, phase: "Running", conditions } };
  };
  const isStarting = (pod: V1Pod) => names.includes(nameOf(pod));
  const replicaSets = live.replicaSets.map((set) => {
    const { status } = set;
    const more = podsOf(live, nameOf(set)).filter(isStarting).length;
    if (!status || more === 0) return set;
    return { ...set, status: { ...status, availableReplicas: (status.availableReplicas ?? 0) + more } };
  });
  return { ...live, replicaSets, pods: live.pods.map((pod) => (isStarting(pod) ? ready(pod) : pod)) };
}

/**
 * Joins the plans of a change before which pods that are starting do not get Ready (`late`), and before which all of them do (`early`).
 * A set gives up pods that are not Ready first, and a Deployment the unavailable ones of old sets first; so the two may end with other
 * pods, and even with other numbers of each revision where the rollout stops. Bounds hold for both; the rest is as in `late`.
 *
 * Example: of a to d, which is starting, two go. `late` decides d, and one of a, b and c; `early` two of all four. So two of all four go.
 */
export function eitherOf(late: RolloutPlan, early: RolloutPlan, starting: readonly string[]): RolloutPlan {
  const replaced = late.replaced.filter((name) => early.replaced.includes(name));
  const surviving = late.surviving.filter((name) => early.surviving.includes(name));
  const among = [...late.replaced, ...late.surviving, ...late.undecided.among]
    .filter((name) => !replaced.includes(name) && !surviving.includes(name))
    .sort();
  const goes = (plan: RolloutPlan) => plan.replaced.length + plan.undecided.goes - replaced.length;
  const isSame = among.length === late.undecided.among.length;
  const isOther = !sameCounts(late.podsAfter, early.podsAfter) || goes(late) !== goes(early);
  const { outageMs: _, answersMs: __, possibleOutage: ___, ...rest } = late;
  return {
    ...rest,
    maxPods: Math.max(late.maxPods, early.maxPods),
    minReady: Math.min(late.minReady, early.minReady),
    ...belowOf(late, early),
    ...outageOf(late, early),
    created: Math.max(late.created, early.created),
    replaced,
    surviving,
    undecided: { ...late.undecided, goes: goes(late), among },
    peak: {
      pods: Math.max(late.peak.pods, early.peak.pods),
      cpuMillicores: Math.max(late.peak.cpuMillicores, early.peak.cpuMillicores),
      memoryBytes: Math.max(late.peak.memoryBytes, early.peak.memoryBytes),
    },
    durationMs: {
      least: Math.min(late.durationMs.least, early.durationMs.least),
      most: Math.max(late.durationMs.most, early.durationMs.most),
    },
    ...(late.budgetMs !== undefined && { budgetMs: Math.max(late.budgetMs, early.budgetMs ?? 0) }),
    ...(starting.length > 0 && !(isSame && !isOther) && { starting }),
    ...(isOther && { otherwise: { podsAfter: early.podsAfter, goes: goes(early) } }),
  };
}

/** An outage is certain only where both plans have it; where one of them does, it is possible. */
function outageOf(
  late: RolloutPlan,
  early: RolloutPlan,
): Pick<RolloutPlan, "outage" | "outageMs" | "answersMs" | "possibleOutage"> {
  const { outage, outageMs, answersMs, readyBefore } = late;
  if (outage && early.outage) {
    const joined = outageMs &&
      early.outageMs && {
        least: Math.min(outageMs.least, early.outageMs.least),
        most: Math.max(outageMs.most, early.outageMs.most),
      };
    return { outage, ...(joined && { outageMs: joined }), ...(answersMs !== undefined && { answersMs }) };
  }
  const possible = [late, early].flatMap((plan): PossibleOutage[] => {
    if (plan.possibleOutage) return [plan.possibleOutage];
    return plan.outage ? [{ mostMs: plan.outageMs?.most ?? NEVER_MS, by: "starting pods" }] : [];
  });
  const [longest] = possible.toSorted((one, other) => other.mostMs - one.mostMs);
  // Where no pod is Ready now, users have nothing to lose.
  return { outage: false, ...(longest && readyBefore > 0 && { possibleOutage: longest }) };
}

/** How much lower the joined bound is than what the controller counts on in both. */
function belowOf(late: RolloutPlan, early: RolloutPlan): Pick<RolloutPlan, "below"> {
  const [one, other] = [late, early].map(({ minReady, below = 0 }) => minReady + below) as [number, number];
  const below = Math.min(one, other) - Math.min(late.minReady, early.minReady);
  return below > 0 ? { below } : {};
}

const sameCounts = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => (one[key] ?? 0) === (other[key] ?? 0));
