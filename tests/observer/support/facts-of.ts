import { type ComparedChange, compareChange } from "../../../observer/comparison/change.ts";
import { courseOf } from "../../../observer/course/course.ts";
import type { Recording } from "../../../observer/events.ts";
import { type ReportData, reportData } from "../../../observer/report/data.ts";
import { decide } from "../../../observer/verdicts/decide.ts";
import { comparePlans } from "../../../observer/verdicts/plan-comparison.ts";
import type { PlanComparison, Verdict } from "../../../observer/verdicts/verdict.ts";

export const verdictsOf = (recording: Recording): Verdict[] => decide(recording, courseOf(recording));

export const comparisonsOf = (recording: Recording): PlanComparison[] => comparePlans(recording, courseOf(recording));

export const dataOf = (recording: Recording): ReportData => reportData(recording, courseOf(recording));

export const changeOf = (recording: Recording): ComparedChange | undefined =>
  compareChange(recording, courseOf(recording));
