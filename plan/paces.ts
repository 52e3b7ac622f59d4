import type { V1Deployment } from "@kubernetes/client-node";
import type { OldSet } from "./old-sets.ts";
import { NEVER_MS, type Span, WAITING_MS } from "./pod-timing.ts";
import { type Goal, lastProgressMs, type Pace, type Simulation, withoutReadyMs } from "./simulated-frames.ts";
import { simulate } from "./simulation.ts";

const DEFAULT_DEADLINE_SECONDS = 600;

/** What the controllers ask of the API server: 20 requests a second after a burst of 30 (kube-controller-manager's defaults). */
const REQUESTS = { burst: 30, perSecond: 20 };
/** The pod itself and its event. */
const REQUESTS_A_POD = 2;
/** Until a ReplicaSet's controller has seen the pods that it created. */
const CREATE_MS = 200;

/** The same change at three paces: as fast as can be, as slow as expected, and starting fast but stopping slowly. */
export type Simulations = { readonly fast: Simulation; readonly slow: Simulation; readonly packed: Simulation };

/** Simulates a Deployment's change; `mayStall` is whether Recreate may miss the end of the last old pod. */
export function simulatePaces(
  wanted: V1Deployment,
  sets: readonly OldSet[],
  goal: Goal,
  mayStall: boolean,
): Simulations {
  const pace = (start: "least" | "most", stop: "least" | "most"): Pace => ({
    startMs: (id) => {
      const timing = sets.find((set) => set.start.id === id)?.timing;
      return !timing || timing.neverReady ? NEVER_MS : timing.startMs[start];
    },
    stopMs: Math.max(0, ...sets.map(({ timing: { stopMs } }) => stopMs[stop])),
  });
  const start = sets.map((set) => set.start);
  const noticeMs = mayStall ? deadlineMs(wanted) : 0;
  return {
    fast: simulate(start, goal, pace("least", "least")),
    slow: simulate(start, goal, { ...pace("most", "most"), createMs, noticeMs }),
    packed: simulate(start, goal, { ...pace("least", "most"), createMs }),
  };
}

const createMs = (pods: number): number =>
  Math.max(CREATE_MS, ((pods * REQUESTS_A_POD - REQUESTS.burst) / REQUESTS.perSecond) * 1000);

/** How long a Deployment's controller waits for progress before it looks again, and counts the rollout as failed. */
export const deadlineMs = ({ spec }: V1Deployment): number =>
  (spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000;

/** Until it is complete or, where it stops, until its controller gives it up; a paused one never is. */
export function durationOf(wanted: V1Deployment, { fast, slow }: Simulations): Span {
  const given = deadlineMs(wanted);
  const [least, most] = wanted.spec?.paused
    ? [WAITING_MS.least, WAITING_MS.most]
    : [given, given + lastProgressMs(slow)];
  return { least: fast.completeAtMs ?? least, most: slow.completeAtMs ?? most };
}

/** How long there is no Ready pod. */
export const outageOf = ({ fast, slow }: Simulations): Span => ({
  least: withoutReadyMs(fast),
  most: withoutReadyMs(slow),
});
