import type { Recording, StepEnded } from "../events.ts";
import { isWithin } from "./span.ts";

/** One step in time, from its operation's start to the end of its observation; times in ms since the recording's start. */
export type StepSpan = {
  readonly step: string;
  readonly title: string;
  /** As stacks/experiment.ts has it: up, no-op, delete-pods, reset; empty where the header does not know the step. */
  readonly kind: string;
  /** Release that the step's own config asks for, where it asks for one. */
  readonly release?: string;
  readonly releases: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly operationUntilMs: number;
  /** `unfinished`: the recording ends within it. */
  readonly outcome: StepEnded["outcome"] | "unfinished";
  readonly message?: string;
  readonly startedId: number;
  readonly endedId?: number;
};

/** Every step that was begun, in order. */
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
        operationUntilMs: Math.min(event.atMs + ended.operationMs, ended.atMs),
        outcome: ended.outcome,
        endedId: ended.id,
        ...(ended.message === undefined ? {} : { message: ended.message }),
      },
    ];
  });
}

/** The step that goes on at an instant; undefined between steps, and outside all of them. */
export const stepAt = (steps: readonly StepSpan[], atMs: number): StepSpan | undefined =>
  steps.find((step) => isWithin(atMs, step));
