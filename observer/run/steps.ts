import type { Clock } from "../clock.ts";
import type { PlannedRollout, PlannedService, StepEnded } from "../events.ts";
import type { Load } from "../load/open-loop.ts";
import type { Recorder } from "../recording/recorder.ts";
import { CONTROL_MS, isControl } from "./controls.ts";
import type { Engine, Operation, Values } from "./engine.ts";

/** A step of an experiment; stacks/experiment.ts explains the kinds. */
export type ObservedStep = { readonly id: string; readonly title: string; readonly observeMs?: number } & (
  | { readonly kind: "up"; readonly config: Values; readonly fails?: boolean }
  | { readonly kind: "no-op" }
  | { readonly kind: "delete-pods" }
  | { readonly kind: "reset"; readonly config: Values }
);

/** What is known of a step before it begins: the plans of its rollouts and Services, and the releases that its config asks for. */
export type StepForecast = {
  readonly plans: readonly PlannedRollout[];
  readonly services: readonly PlannedService[];
  readonly releases: readonly string[];
};

/** What an observation does now; without `step` it is past the last step. `usuallyMs` is how long that usually takes at most. */
export type Progress = {
  readonly step?: string;
  readonly doing: "planning" | "operating" | "observing" | "ended";
  readonly usuallyMs?: number;
  readonly message?: string;
};

export type ObserveOptions = {
  readonly steps: readonly ObservedStep[];
  /** Config values of every step; a step's own values come on top. */
  readonly base: Values;
  readonly engine: Engine;
  /** Foretells what an `up` with the given values will do. */
  readonly forecast: (values: Values) => Promise<StepForecast>;
  /** Begins to send requests; called once, after the first operation that succeeds. */
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

/** How an observation ended: after its last step, by an interruption, or at a step that failed although it must not. */
export type Observation =
  | { readonly outcome: "complete" }
  | { readonly outcome: "interrupted" }
  | { readonly outcome: "stopped"; readonly step: string; readonly message: string };

/** Time after the last step in which requests under way and terminating pods may end. */
const SETTLE_MS = 3_000;
/** A step lasts until its rollout is over, but no longer than this after its observeMs. */
const ROLLOUT_AT_MOST_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** Roughly how long Pulumi takes besides the rollouts: it starts, refreshes every resource and builds. For the display only. */
const PULUMI_ITSELF_MS = 20_000;

/**
 * Takes the steps one after the other, each by forecast, operation and observation. Load runs from the first operation that
 * succeeds to the end. A step that fails ends the observation, unless it declares `fails`. An example, with times in s:
 *
 *     0  the plan of step deploy is made and recorded
 *    10  step-started deploy; pulumi up
 *    40  the operation succeeds: load starts, and the step is observed for its observeMs, here 5 s
 *    45  step-ended deploy; the plan of step change is made and recorded
 *    55  step-started change; pulumi up
 *    …   step-ended change; 3 s later load stops
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
        const controlMs = isControl(step.kind) ? CONTROL_MS - operationMs : 0;
        const observeMs = Math.max(step.observeMs ?? 0, options.observeAtLeastMs, controlMs);
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

/** Records the plans of a step before it begins; a step that deletes pods or resets the stack has none. */
async function announce(options: ObserveOptions, step: ObservedStep, values: Values): Promise<StepForecast> {
  const { engine, forecast, recorder } = options;
  // Deleting pods changes no resource, so nothing is planned; a reset destroys the live pods from which a plan would start.
  if (step.kind === "delete-pods" || step.kind === "reset")
    return { ...(await forecast(values)), plans: [], services: [] };
  const [told, preview] = await Promise.all([forecast(values), engine.preview(values)]);
  const { plans, services } = told;
  recorder.record({
    type: "plan",
    step: step.id,
    plans,
    ...(services.length > 0 && { services }),
    diff: preview.output,
  });
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

/** The longest time of the slowest rollout, and Pulumi's own time. */
const usualMs = (plans: readonly PlannedRollout[]): number =>
  PULUMI_ITSELF_MS + Math.max(0, ...plans.map(({ durationMs }) => durationMs.most));
