import type { Clock } from "../clock.ts";
import type { PlannedRollout, StepEnded } from "../events.ts";
import type { Load } from "../load/open-loop.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { Engine, Operation, Values } from "./engine.ts";

/** A step as an experiment declares it, see stacks/experiment.ts. */
export type ObservedStep = { readonly id: string; readonly title: string; readonly observeMs?: number } & (
  | { readonly kind: "up"; readonly config: Values; readonly fails?: boolean }
  | { readonly kind: "no-op" }
  | { readonly kind: "delete-pods" }
  | { readonly kind: "reset"; readonly config: Values }
);

/** What is known of a step before it begins. */
export type StepForecast = { readonly plans: readonly PlannedRollout[]; readonly releases: readonly string[] };

/** Where an observation is: what it does now, for a step or outside all of them, and how long that may take at most. */
export type Progress = {
  readonly step?: string;
  readonly doing: "planning" | "operating" | "observing" | "ended";
  readonly usuallyMs?: number;
  readonly message?: string;
};

/** All that an observation works with. */
export type ObserveOptions = {
  readonly steps: readonly ObservedStep[];
  /** Values that hold in every step, a step's own come on top. */
  readonly base: Values;
  readonly engine: Engine;
  /** Says what a step will do under the given values. */
  readonly forecast: (values: Values) => Promise<StepForecast>;
  /** Begins to send requests; asked for once, after the first operation that succeeds. */
  readonly startLoad: () => Promise<Load>;
  readonly deletePods: () => Promise<void>;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  /** Whether pods still come or go by what was last changed, see rollout-board.ts. */
  readonly rolloutIsUnderWay: () => boolean;
  readonly clock: Pick<Clock, "sleep">;
  readonly observeAtLeastMs: number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
};

/** How an observation went: whether it reached its end, and why not. */
export type Observation =
  | { readonly outcome: "complete" }
  | { readonly outcome: "interrupted" }
  | { readonly outcome: "stopped"; readonly step: string; readonly message: string };

/** Requests that are under way, and pods that are on their way out, get this time after the last step. */
const SETTLE_MS = 3_000;
/** A step goes on until its rollout is over, but no longer than this after its time of observation. */
const ROLLOUT_AT_MOST_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** For people to know how long to wait. */
const PULUMI_ITSELF_MS = 20_000;

/**
 * Goes through the steps, one after the other: forecast, operation, observation; load runs from the first success to the end.
 * A step that fails against its declaration is the last one.
 */
export async function observe(options: ObserveOptions): Promise<Observation> {
  const { steps, recorder, clock, signal, onProgress } = options;
  let values = options.base;
  let releases: readonly string[] = [];
  let load: Load | undefined;
  try {
    for (const step of steps) {
      if (signal.aborted) return { outcome: "interrupted" };
      values =
        step.kind === "up"
          ? { ...values, ...step.config }
          : step.kind === "reset"
            ? { ...options.base, ...step.config }
            : values;
      onProgress({ step: step.id, doing: "planning", usuallyMs: PULUMI_ITSELF_MS });
      const before = releases;
      const forecast = await announce(options, step, values);
      releases = forecast.releases;
      if (signal.aborted) return { outcome: "interrupted" };

      recorder.record({
        type: "step-started",
        step: step.id,
        title: step.title,
        releases: [...new Set([...before, ...releases])],
      });
      onProgress({ step: step.id, doing: "operating", usuallyMs: usualMs(forecast.plans) });
      const startMs = recorder.nowMs();
      const { succeeded, message } = await operate(options, step, values);
      const operationMs = recorder.nowMs() - startMs;
      const failsAsDeclared = !succeeded && step.kind === "up" && step.fails === true;
      const goesOn = !signal.aborted && (succeeded || failsAsDeclared);
      if (goesOn) {
        if (succeeded) load ??= await options.startLoad();
        const observeMs = Math.max(step.observeMs ?? 0, options.observeAtLeastMs);
        onProgress({ step: step.id, doing: "observing", usuallyMs: observeMs });
        await clock.sleep(observeMs, signal);
        // What failed may never be over.
        if (succeeded) await rolloutEnd(options);
      }
      const outcome: StepEnded["outcome"] = signal.aborted ? "interrupted" : succeeded ? "succeeded" : "failed";
      recorder.record({ type: "step-ended", step: step.id, outcome, operationMs, ...(message && { message }) });
      onProgress({ step: step.id, doing: "ended", ...(message && { message }) });
      if (signal.aborted) return { outcome: "interrupted" };
      if (!goesOn) return { outcome: "stopped", step: step.id, message: message ?? "" };
    }
    onProgress({ doing: "observing", usuallyMs: SETTLE_MS });
    await clock.sleep(SETTLE_MS, signal);
    return { outcome: signal.aborted ? "interrupted" : "complete" };
  } finally {
    await load?.stop();
  }
}

/** Records what a step that changes the stack is going to do, before it begins. */
async function announce(options: ObserveOptions, step: ObservedStep, values: Values): Promise<StepForecast> {
  const { engine, forecast, recorder } = options;
  // Nothing is wanted anew of deleted pods; and what a reset finds is not what runs now.
  if (step.kind === "delete-pods" || step.kind === "reset") return { ...(await forecast(values)), plans: [] };
  const [told, preview] = await Promise.all([forecast(values), engine.preview(values)]);
  recorder.record({ type: "plan", step: step.id, plans: told.plans, diff: preview.output });
  return told;
}

/** Pulumi takes some rollouts for done before the last old pod is gone: Recreate's half a second after its start. */
async function rolloutEnd({ rolloutIsUnderWay, recorder, clock, signal }: ObserveOptions): Promise<void> {
  const untilMs = recorder.nowMs() + ROLLOUT_AT_MOST_MS;
  while (rolloutIsUnderWay() && recorder.nowMs() < untilMs && !signal.aborted) await clock.sleep(LOOK_EVERY_MS, signal);
}

async function operate(
  { engine, deletePods }: ObserveOptions,
  step: ObservedStep,
  values: Values,
): Promise<Pick<Operation, "succeeded" | "message">> {
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

/** What the rollouts take at most, and Pulumi itself: it starts, looks at everything there is, and builds. */
const usualMs = (plans: readonly PlannedRollout[]): number =>
  PULUMI_ITSELF_MS + Math.max(0, ...plans.map(({ durationMs }) => durationMs.most));
