import { roundedMs } from "../clock.ts";
import type { Recording, StepEnded } from "../events.ts";
import { isWithin } from "./span.ts";

/** One step in time: first its operation, then the observation after it. Times are in ms since the recording's start. */
export type StepSpan = {
  readonly step: string;
  readonly title: string;
  /** As stacks/experiment.ts declares it: up, no-op, delete-pods, reset. Empty where the header does not list the step. */
  readonly kind: string;
  /** Release that the step's own config asks for; absent where it asks for none. */
  readonly release?: string;
  /** Id of its control, as in the header; absent where it has none. */
  readonly control?: string;
  /** As in `StepStarted`: the releases before and after the step. */
  readonly releases: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** End of the operation, and so the start of the observation after it. */
  readonly operationUntilMs: number;
  /** `unfinished`: the recording ends within the step. */
  readonly outcome: StepEnded["outcome"] | "unfinished";
  readonly message?: string;
  readonly startedId: number;
  readonly endedId?: number;
};

/**
 * The steps of a recording, in the order in which they started. A step lasts from its `step-started` to the next `step-ended`
 * of the same id; without one it lasts to the recording's end, `endMs`.
 *
 * Example: `change` starts at 12 s and ends at 36 s, and its operation took 20 s. Its span is 12..36 s: the operation lasts to
 * 32 s, the observation from there to 36 s. If the recording ends at 25 s, the span is 12..25 s, unfinished, all of it operation.
 */
export function stepSpans({ header, events }: Recording, endMs: number): StepSpan[] {
  return events.flatMap((event): StepSpan[] => {
    if (event.type !== "step-started") return [];
    const ended = events.find((one) => one.type === "step-ended" && one.step === event.step && one.id > event.id);
    const declared = header.steps.find(({ id }) => id === event.step);
    const release = declared?.config.release;
    const span = {
      step: event.step,
      title: event.title,
      kind: declared?.kind ?? "",
      ...(release === undefined ? {} : { release }),
      ...(declared?.control === undefined ? {} : { control: declared.control }),
      releases: event.releases,
      fromMs: event.atMs,
      startedId: event.id,
    };
    if (ended?.type !== "step-ended")
      return [{ ...span, untilMs: endMs, operationUntilMs: endMs, outcome: "unfinished" }];
    return [
      {
        ...span,
        untilMs: ended.atMs,
        operationUntilMs: Math.min(roundedMs(event.atMs + ended.operationMs), ended.atMs),
        outcome: ended.outcome,
        endedId: ended.id,
        ...(ended.message === undefined ? {} : { message: ended.message }),
      },
    ];
  });
}

/** The step of an instant. Undefined before, between and after the steps. */
export const stepAt = (steps: readonly StepSpan[], atMs: number): StepSpan | undefined =>
  steps.find((step) => isWithin(atMs, step));
