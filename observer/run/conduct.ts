import { type Clock, roundedMs } from "../clock.ts";
import type { StepEnded } from "../events.ts";
import type { Load } from "../load/open-loop.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { Operation } from "./engine.ts";

/**
 * How the operation of a step ended; `message` is the cause of a failure. `untilMs` is when it was over on the recording's clock,
 * where that was found out later.
 */
export type Done = Pick<Operation, "succeeded" | "message" | "diff"> & { readonly untilMs?: number };

/** One step as it is conducted: whatever drives the change is behind its functions. */
export type ConductedStep = {
  readonly id: string;
  readonly title: string;
  /** Records what is planned, and tells the releases that the step asks for, and how long its rollouts take at most by their plans. */
  readonly prepare: () => Promise<{ readonly releases: readonly string[]; readonly plannedMs?: number }>;
  /** Makes the change; it does not reject for a change that fails. */
  readonly operate: () => Promise<Done>;
  /** Whether the observation goes on after the operation failed. */
  readonly mayFail: boolean;
  /** How long `observe` takes at least by what is known when it begins, for the display. */
  readonly observeMs: () => number;
  /** Watches the step to its end. */
  readonly observe: (operation: Done) => Promise<void>;
};

/** What an observation does now; without `step` it is past the last step. */
export type Progress = {
  readonly step?: string;
  readonly doing: "planning" | "operating" | "observing" | "ended";
  /** How long that usually takes; of observing, how long it takes at least. */
  readonly usuallyMs?: number;
  /** How long the rollouts of an operation take at most by their plans. */
  readonly plannedMs?: number;
  /** How long the operation of the step took; told when the step has ended. */
  readonly operationMs?: number;
  /** Whether the operation of the step failed, on purpose or not; told from its end on. */
  readonly failed?: true;
  readonly message?: string;
};

export type ConductOptions = {
  readonly steps: readonly ConductedStep[];
  /** Begins to send requests; called once. */
  readonly startLoad: () => Promise<Load>;
  /** When load starts: before the first step, or after the first operation that succeeds. */
  readonly loadStarts: "before" | "after-success";
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly clock: Pick<Clock, "sleep">;
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
/** A step waits no longer than this for enough requests: at a low rate its claim stays inconclusive. */
export const ENOUGH_LOAD_AT_MOST_MS = 60_000;

/**
 * Takes steps one after the other, each by preparation, operation and observation, and records them. Load runs to the end. A
 * step that fails ends the observation, unless it may. An example, with times in s:
 *
 *     0  step deploy is prepared: its plan is recorded
 *    10  step-started deploy; its operation
 *    40  the operation succeeds: load starts, and the step is observed, here for 5 s
 *    45  step-ended deploy; step change is prepared
 *    55  step-started change; its operation
 *    …   step-ended change; 3 s later load stops
 */
export async function conduct(options: ConductOptions): Promise<Observation> {
  const { steps, recorder, clock, signal, onProgress } = options;
  let releases: readonly string[] = [];
  let load: Load | undefined;
  try {
    if (options.loadStarts === "before") load = await options.startLoad();
    for (const step of steps) {
      if (signal.aborted) return { outcome: "interrupted" };
      onProgress({ step: step.id, doing: "planning" });
      const before = releases;
      const prepared = await step.prepare();
      releases = prepared.releases;
      if (signal.aborted) return { outcome: "interrupted" };

      // An operation's length counts from the instant that the step tells: told too short, it would end before its last sights.
      const { atMs: startMs } = recorder.record({
        type: "step-started",
        step: step.id,
        title: step.title,
        releases: [...new Set([...before, ...releases])],
      });
      const { plannedMs } = prepared;
      onProgress({ step: step.id, doing: "operating", ...(plannedMs !== undefined && { plannedMs }) });
      const { succeeded, message, diff, untilMs = recorder.nowMs() } = await step.operate();
      const operationMs = roundedMs(untilMs - startMs);
      const failed = !succeeded && ({ failed: true } as const);
      const goesOn = !signal.aborted && (succeeded || step.mayFail);
      if (goesOn) {
        if (succeeded) load ??= await options.startLoad();
        onProgress({ step: step.id, doing: "observing", usuallyMs: step.observeMs(), ...failed });
        await step.observe({ succeeded, ...(message !== undefined && { message }) });
      }
      const outcome: StepEnded["outcome"] = signal.aborted ? "interrupted" : succeeded ? "succeeded" : "failed";
      recorder.record({
        type: "step-ended",
        step: step.id,
        outcome,
        operationMs,
        ...(message && { message }),
        ...(diff && { diff }),
      });
      onProgress({ step: step.id, doing: "ended", operationMs, ...failed, ...(message && { message }) });
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
