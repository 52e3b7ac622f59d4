import { type Course, courseOf } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { type ReportData, reportData } from "./data.ts";

/** A recording's course and what is decided by it, before anything is drawn. */
export type Decided = { readonly course: Course; readonly data: ReportData };

/**
 * Decides a recording. To draw it takes ten times as long, so the terminal says first what was decided.
 * @throws {UserError} where a hypothesis of the header is of an unknown kind or has wrong parameters.
 */
export function decidedReport(recording: Recording): Decided {
  const course = courseOf(recording);
  return { course, data: reportData(recording, course) };
}
