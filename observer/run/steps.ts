import type { Clock } from "../clock.ts";
import type { PlannedRollout, PlannedService } from "../events.ts";
import type { Load } from "../load/open-loop.ts";
import type { Recorder } from "../recording/recorder.ts";
import {
  type ConductedStep,
  conduct,
  type Done,
  ENOUGH_LOAD_AT_MOST_MS,
  type Observation,
  type Progress,
} from "./conduct.ts";
import { CONTROL_MS, isControl } from "./controls.ts";
import type { Engine, Values } from "./engine.ts";

/** A step of an experiment; stacks/experiment.ts explains the kinds. */
export type ObservedStep = { readonly id: string; readonly title: string; readonly observeMs?: number } & (
  | { readonly kind: "up"; readonly config: Values; readonly fails?: boolean }
  | { readonly kind: "no-op" }
  | { readonly kind: "delete-pods" }
  | { readonly kind: "reset"; readonly config: Values }
);

/** What is known of a step before it begins: the plans of its rollouts and Services, and the releases that its config asks for. */
export type StepPlan = {
  readonly plans: readonly PlannedRollout[];
  readonly services: readonly PlannedService[];
  readonly releases: readonly string[];
};

export type ObserveOptions = {
  readonly steps: readonly ObservedStep[];
  /** Config values of every step; a step's own values come on top. */
  readonly base: Values;
  readonly engine: Engine;
  /** Plans what an `up` with the given values will do. */
  readonly plan: (values: Values) => Promise<StepPlan>;
  /** Begins to send requests; called once, after the first operation that succeeds. */
  readonly startLoad: () => Promise<Load>;
  readonly deletePods: () => Promise<void>;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  /** Whether pods still come or go by what was last changed, see rollout-board.ts. */
  readonly rolloutIsUnderWay: () => boolean;
  readonly clock: Pick<Clock, "sleep">;
  readonly observeAtLeastMs: number;
  /** How long load takes to send as many requests as the claims about a step need; 0 without such claims. */
  readonly enoughLoadMs: (step: string) => number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
};

/** A step lasts until its rollout is over, but no longer than this after its observeMs. */
const ROLLOUT_AT_MOST_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Takes an experiment's steps by Pulumi, each by plan, operation and observation, see conduct.ts. Load runs from the first
 * operation that succeeds. A step that fails ends the observation, unless it declares `fails`.
 */
export function observe(options: ObserveOptions): Promise<Observation> {
  const { recorder, clock, onProgress, signal } = options;
  let values = options.base;
  let loadSinceMs: number | undefined;
  const startLoad = async (): Promise<Load> => {
    const load = await options.startLoad();
    loadSinceMs = recorder.nowMs();
    return load;
  };
  const steps = options.steps.map((step): ConductedStep => {
    const observeMs = Math.max(step.observeMs ?? 0, options.observeAtLeastMs);
    const enoughMs = Math.min(options.enoughLoadMs(step.id), ENOUGH_LOAD_AT_MOST_MS);
    let startedMs = 0;
    /** Load runs during an operation as well, but for the first one. Without load nothing is waited for. */
    const leftMs = (): number => {
      if (loadSinceMs === undefined) return observeMs;
      const underLoadMs = recorder.nowMs() - Math.max(startedMs, loadSinceMs);
      const wholeMs = Math.max(isControl(step.kind) ? CONTROL_MS : 0, enoughMs);
      return Math.max(observeMs, wholeMs - underLoadMs);
    };
    return {
      id: step.id,
      title: step.title,
      async prepare() {
        values = valuesIn(step, values, options.base);
        const { plans, releases } = await announce(options, step, values);
        return { releases, ...(plans.length > 0 && { plannedMs: longestMs(plans) }) };
      },
      operate: () => {
        startedMs = recorder.nowMs();
        return operate(options, step, values);
      },
      mayFail: step.kind === "up" && step.fails === true,
      observeMs: leftMs,
      async observe({ succeeded }) {
        await clock.sleep(leftMs(), signal);
        // What failed may never be over.
        if (succeeded) await rolloutEnd(options);
      },
    };
  });
  return conduct({ steps, startLoad, loadStarts: "after-success", recorder, clock, onProgress, signal });
}

/** The config values of a step: its own on top of those before it, or, after a reset, on top of the first ones. */
function valuesIn(step: ObservedStep, before: Values, base: Values): Values {
  if (step.kind === "up") return { ...before, ...step.config };
  return step.kind === "reset" ? { ...base, ...step.config } : before;
}

/** Records the plans of a step before it begins; a step that deletes pods or resets the stack has none. */
async function announce(options: ObserveOptions, step: ObservedStep, values: Values): Promise<StepPlan> {
  const { plan, recorder } = options;
  const told = await plan(values);
  // Deleting pods changes no resource, so nothing is planned; a reset destroys the live pods from which a plan would start.
  if (step.kind === "delete-pods" || step.kind === "reset") return { ...told, plans: [], services: [] };
  const { plans, services } = told;
  recorder.record({
    type: "plan",
    step: step.id,
    plans,
    ...(services.length > 0 && { services }),
  });
  return told;
}

/** Pulumi takes some rollouts for done before the last old pod is gone: Recreate's half a second after its start. */
async function rolloutEnd({ rolloutIsUnderWay, recorder, clock, signal }: ObserveOptions): Promise<void> {
  const untilMs = recorder.nowMs() + ROLLOUT_AT_MOST_MS;
  while (rolloutIsUnderWay() && recorder.nowMs() < untilMs && !signal.aborted) await clock.sleep(LOOK_EVERY_MS, signal);
}

async function operate({ engine, deletePods }: ObserveOptions, step: ObservedStep, values: Values): Promise<Done> {
  if (step.kind === "delete-pods") {
    return deletePods().then(
      () => ({ succeeded: true }),
      (error: Error) => ({ succeeded: false, message: error.message }),
    );
  }
  if (step.kind === "reset") {
    const destroyed = await engine.destroy(values);
    if (!destroyed.succeeded) return destroyed;
  }
  return engine.up(values);
}

/** The longest time of the slowest rollout. */
const longestMs = (plans: readonly PlannedRollout[]): number =>
  Math.max(0, ...plans.map(({ durationMs }) => durationMs.most));
