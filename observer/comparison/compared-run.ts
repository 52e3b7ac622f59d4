import type { Course, StepSpan } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { starvedWords, surroundingsIn } from "../verdicts/starvation.ts";
import { type ComparedChange, compareChange, failedStep, observedChange } from "./change.ts";

/** Where a run stands in a comparison: its round (from 1), and the name under which its figures are summed up. */
export type Place = {
  readonly round: number;
  readonly strategy: string;
  /** Set on the second run of the first strategy, by which runs of one strategy are compared with each other. */
  readonly isControl: boolean;
};

/** One rollout of a comparison. */
export type ComparedRun = Place & {
  /** Folder of its recording. */
  readonly folder: string;
  /** Absent where the release did not change to its end. */
  readonly change?: ComparedChange;
  /** Why the rollout failed; absent where it did not. A failure counts: it is what the strategy came to. */
  readonly failed?: string;
  /** Why the run does not count; absent where it does. */
  readonly leftOut?: string;
};

/** What a recording says of a rollout. */
export type Rollout = Pick<ComparedRun, "change" | "failed" | "leftOut">;

/**
 * What a recording says of a rollout. `course` is the course of this recording. A rollout that failed on a starved machine is left
 * out like any other: others may have made it fail.
 */
export function rolloutOf(recording: Recording, course: Course): Rollout {
  const change = compareChange(recording, course);
  const failed = change ? undefined : failedStep(course);
  const span = failed ? { fromMs: startOf(course, failed), untilMs: failed.untilMs } : observedChange(course);
  if (!span) return { leftOut: "the release did not change to its end" };
  const around = surroundingsIn(recording, span);
  const leftOut = around && starvedWords(around);
  return {
    ...(change && { change }),
    ...(failed && { failed: failureWords(failed) }),
    ...(leftOut !== undefined && { leftOut }),
  };
}

/** When the change began that failed at a step; where none had begun, when that step did. */
const startOf = ({ steps }: Course, failed: StepSpan): number =>
  steps.find(({ releases }) => releases.length > 1)?.fromMs ?? failed.fromMs;

/** `step change failed: deployment web exceeded its progress deadline`. */
function failureWords({ step, message = "" }: StepSpan): string {
  const [line = ""] = message.trim().split("\n");
  return `step ${step} failed${line === "" ? "" : `: ${line.replace(/\.$/, "")}`}`;
}

/** The name under which figures are summed up: the control's are kept apart. */
export const nameOf = ({ strategy, isControl }: Pick<Place, "strategy" | "isControl">): string =>
  isControl ? `${strategy} again` : strategy;
