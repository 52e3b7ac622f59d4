import type { Course } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { starvedWords, surroundingsIn } from "../verdicts/starvation.ts";
import { type ComparedChange, compareChange, observedChange } from "./change.ts";

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
  /** Why its figures do not count; absent where they do. */
  readonly leftOut?: string;
};

/** What a recording says of a rollout. `course` is the course of this recording. */
export function rolloutOf(recording: Recording, course: Course): Pick<ComparedRun, "change" | "leftOut"> {
  const change = compareChange(recording, course);
  const span = observedChange(course);
  if (!change || !span) return { leftOut: "the release did not change to its end" };
  const around = surroundingsIn(recording, span);
  const leftOut = around && starvedWords(around);
  return { change, ...(leftOut !== undefined && { leftOut }) };
}

/** The name under which figures are summed up: the control's are kept apart. */
export const nameOf = ({ strategy, isControl }: Pick<Place, "strategy" | "isControl">): string =>
  isControl ? `${strategy} again` : strategy;
