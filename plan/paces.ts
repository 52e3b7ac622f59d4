import type { V1Deployment } from "@kubernetes/client-node";
import type { OldSet } from "./old-sets.ts";
import type { Span } from "./plan-context.ts";
import { NEVER_MS, soonestAvailableMs, startBudgetMs } from "./pod-timing.ts";
import { type Goal, lastProgressMs, type Pace, type Simulation, withoutReadyMs } from "./simulated-frames.ts";
import { simulate } from "./simulation.ts";

const DEFAULT_DEADLINE_SECONDS = 600;

/** The rate at which kube-controller-manager may ask the API server, by default: 20 requests a second after a burst of 30. */
const REQUESTS = { burst: 30, perSecond: 20 };
/** For each pod that a controller creates: the pod itself, and the event that tells of it. */
const REQUESTS_A_POD = 2;
/** How long a ReplicaSet's controller takes at least to see the pods that it created. */
const CREATE_MS = 200;

/**
 * The same change at five paces: fast, as slow as expected, starting fast but stopping slowly, fast with pods that count as available
 * as soon as can be, and fast with a status that is late: a Deployment's controller then takes pods for available that it has just given
 * up, and takes old ones in their place.
 */
export type Simulations = Readonly<Record<"fast" | "slow" | "packed" | "soon" | "late", Simulation>>;

/** Simulates a Deployment's change; `mayStall` is whether Recreate may miss the end of the last old pod. */
export function simulatePaces(
  wanted: V1Deployment,
  sets: readonly OldSet[],
  goal: Goal,
  mayStall: boolean,
): Simulations {
  const pace = paceOf(sets);
  const start = sets.map((set) => set.start);
  const noticeMs = mayStall ? deadlineMs(wanted) : 0;
  return {
    fast: simulate(start, goal, pace("least", "least")),
    slow: simulate(start, goal, { ...pace("most", "most"), createMs, noticeMs }),
    packed: simulate(start, goal, { ...pace("least", "most"), createMs }),
    soon: simulate(start, { ...goal, minReadyMs: soonestAvailableMs(goal.minReadyMs) }, pace("least", "least")),
    late: simulate(start, goal, { ...pace("least", "least"), lateStatus: true }),
  };
}

const paceOf =
  (sets: readonly OldSet[]) =>
  (start: "least" | "most", stop: "least" | "most"): Pace => ({
    startMs: (id) => {
      const timing = sets.find((set) => set.start.id === id)?.timing;
      return !timing || timing.neverReady ? NEVER_MS : timing.startMs[start];
    },
    stopMs: Math.max(0, ...sets.map(({ timing: { stopMs } }) => stopMs[stop])),
  });

/** How long users may find no Ready pod where a status is late, in ms, if pods start as slowly as expected. */
export const outageOfLateStatus = (sets: readonly OldSet[], goal: Goal): number =>
  withoutReadyMs(
    simulate(
      sets.map(({ start }) => start),
      goal,
      { ...paceOf(sets)("most", "most"), createMs, lateStatus: true },
    ),
  );

const createMs = (pods: number): number =>
  Math.max(CREATE_MS, ((pods * REQUESTS_A_POD - REQUESTS.burst) / REQUESTS.perSecond) * 1000);

/** How long a Deployment's controller waits for progress before it counts the rollout as failed. */
export const deadlineMs = ({ spec }: V1Deployment): number =>
  (spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000;

/**
 * How long a healthy rollout may take at most: if each of its pods uses all the time that its startup probe allows, and the old pods
 * for which Recreate waits all their time to stop. Undefined where no startup probe sets a limit, and where the rollout never completes.
 *
 * Example: 12 pods, surge 2, unavailable 1, and a startup probe that allows 300 s. Three pods start at a time, so there are 4 waves,
 * and 4 * 300 s = 1200 s.
 */
export function budgetOf(sets: readonly OldSet[], goal: Goal, { slow }: Simulations): number | undefined {
  const coming = sets.find(({ start }) => start.current);
  const budgetMs = coming && startBudgetMs(coming.template);
  if (budgetMs === undefined || slow.completeAtMs === undefined) return undefined;
  const startMs = (id: string) => startBudgetMs(sets.find(({ start }) => start.id === id)?.template ?? {}) ?? 0;
  const start = sets.map((set) => set.start);
  return simulate(start, goal, { startMs, stopMs: paceOf(sets)("most", "most").stopMs }).completeAtMs;
}

/** How long the rollout takes to complete or, if it stops, until its controller gives it up; a paused one is never given up. */
export function durationOf(wanted: V1Deployment, { soon, slow }: Simulations, waitingMs: Span): Span {
  const given = deadlineMs(wanted);
  const [least, most] = wanted.spec?.paused ? [waitingMs.least, waitingMs.most] : [given, given + lastProgressMs(slow)];
  return { least: soon.completeAtMs ?? least, most: slow.completeAtMs ?? most };
}

/** How long users find no Ready pod. */
export const outageOf = ({ fast, slow }: Pick<Simulations, "fast" | "slow">): Span => ({
  least: withoutReadyMs(fast),
  most: withoutReadyMs(slow),
});
