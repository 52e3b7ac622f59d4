import { stripVTControlCharacters } from "node:util";
import { type Causes, causesOf } from "../causes/causes-of.ts";
import { type Draining, drainingOf, refusalsOf } from "../causes/draining.ts";
import type { Course } from "../course/course.ts";
import {
  type FailureRow,
  failureRows,
  type LatencyFigures,
  type LatencyRow,
  latencyFigures,
  latencyRows,
} from "../course/latency.ts";
import type { Recording, RecordingHeader } from "../events.ts";
import { decide } from "../verdicts/decide.ts";
import { isKindName, KINDS } from "../verdicts/hypotheses/index.ts";
import type { Outcome } from "../verdicts/outcome.ts";
import { comparePlans } from "../verdicts/plan-comparison.ts";
import { sentencesOfStep } from "../verdicts/plans-of-steps.ts";
import type { PlanComparison, Verdict } from "../verdicts/verdict.ts";
import { count } from "../words.ts";
import { timelineData } from "./chart/data.ts";
import { type LatencyPeak, latencyPeak } from "./latency-peak.ts";
import { type MachineFigures, machineOf } from "./machine-figures.ts";
import { type Measuring, measuringOf } from "./measuring.ts";
import { starvedSpansOf } from "./starved-spans.ts";

/** A step, and the figures of the requests that were sent in it. */
export type StepFigures = LatencyFigures & {
  readonly step: string;
  readonly title: string;
  readonly outcome: string;
  readonly message?: string;
  readonly fromMs: number;
  readonly operationMs: number;
  /** The sentences of the plans before the step. */
  readonly sentences: readonly string[];
  /** What Pulumi changed, or was to change. */
  readonly diff?: string;
};

/** The content of report.json: everything that the report says, as data. Times are in ms since the recording's start. */
export type ReportData = {
  readonly format: 1;
  readonly experiment: string;
  readonly stack: string;
  readonly title: string;
  readonly question: string;
  readonly answer: string;
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whole sentences on what weakens every answer; absent where nothing does. */
  readonly notices?: readonly string[];
  readonly verdicts: readonly Verdict[];
  readonly comparisons: readonly PlanComparison[];
  readonly steps: readonly StepFigures[];
  readonly requests: LatencyFigures;
  readonly latency: readonly LatencyRow[];
  /** Absent where no latency exceeds clearly what was before the first change. */
  readonly peak?: LatencyPeak;
  readonly failures: readonly FailureRow[];
  /** Why requests failed; empty where none did. */
  readonly causes: Causes;
  /** Absent where no pod went that could be measured. */
  readonly draining?: Draining;
  /** Pods that failed, were evicted or completed although nobody asked for their deletion. They are no replicas. */
  readonly endedPods: readonly { readonly pod: string; readonly atMs: number; readonly reason: string }[];
  /** What the machine did beside the change; absent where it was not sampled. */
  readonly machine?: MachineFigures;
  readonly measuring: Measuring;
};

/**
 * Decides the hypotheses of a recording and sums it up. `course` is the course of this recording.
 * @throws {UserError} where `decide` does.
 */
export function reportData(recording: Recording, course: Course): ReportData {
  const { header } = recording;
  const verdicts = decide(recording, course);
  const peak = latencyPeak(timelineData(recording, course), course);
  const causes = causesOf(recording, course, starvedSpansOf(recording));
  const machine = machineOf(recording, course.steps);
  const draining = drainingOf(recording, course, refusalsOf(causes));
  return {
    format: 1,
    experiment: header.experiment,
    stack: header.stack,
    title: header.title,
    question: header.question,
    answer: answerOf(verdicts, header.hypotheses),
    startedWallMs: header.startedWallMs,
    durationMs: course.endMs,
    settings: header.settings,
    ...(header.notices?.length ? { notices: header.notices } : {}),
    verdicts,
    comparisons: comparePlans(recording, course),
    steps: course.steps.map((span) => stepFigures(recording, course, span)),
    requests: latencyFigures(course.requests),
    latency: latencyRows(course.requests),
    ...(peak ? { peak } : {}),
    failures: failureRows(course.requests),
    causes,
    ...(draining ? { draining } : {}),
    endedPods: course.pods.flatMap(({ name, ended }) =>
      ended ? [{ pod: name, atMs: ended.atMs, reason: ended.reason }] : [],
    ),
    ...(machine ? { machine } : {}),
    measuring: measuringOf(recording),
  };
}

function stepFigures(recording: Recording, course: Course, span: Course["steps"][number]): StepFigures {
  const { events } = recording;
  const plan = events.findLast((event) => event.type === "plan" && event.step === span.step);
  const ended = events.find(({ id }) => id === span.endedId);
  const told = (ended?.type === "step-ended" && ended.diff) || (plan?.type === "plan" && plan.diff) || "";
  const diff = stripVTControlCharacters(told).trim();
  return {
    step: span.step,
    title: span.title,
    outcome: span.outcome,
    ...(span.message === undefined ? {} : { message: stripVTControlCharacters(span.message) }),
    fromMs: span.fromMs,
    operationMs: span.operationUntilMs - span.fromMs,
    ...latencyFigures(course.requests.filter(({ step }) => step === span.step)),
    sentences: sentencesOfStep(recording, span.step),
    ...(diff ? { diff } : {}),
  };
}

/**
 * Answers the experiment's question in at most three sentences: first how many claims are refuted, inconclusive, or held, then up
 * to two sentences of the verdicts that matter most.
 */
export function answerOf(verdicts: readonly Verdict[], hypotheses: RecordingHeader["hypotheses"]): string {
  const of = (outcome: Outcome) => verdicts.filter((verdict) => verdict.outcome === outcome);
  const [refuted, inconclusive] = [of("refuted"), of("inconclusive")];
  const all = count(verdicts.length, "claim");
  if (verdicts.length === 0) return "The experiment claims nothing, so there is nothing to decide.";
  if (refuted.length > 0) return `${refuted.length} of ${all} refuted. ${sentences(refuted.slice(0, 2))}`;
  if (inconclusive.length > 0) {
    const are = inconclusive.length === 1 ? "is" : "are";
    return `Nothing is refuted, but ${inconclusive.length} of ${all} ${are} inconclusive. ${sentences(inconclusive.slice(0, 1))}`;
  }
  const held = verdicts.length === 1 ? "The only claim held." : `All ${all} held.`;
  return `${held} ${sentences(telling(verdicts, hypotheses))}`;
}

/** The first verdict that answers the experiment's question, and the verdict on what users saw (of the same step, if any). */
function telling(verdicts: readonly Verdict[], hypotheses: RecordingHeader["hypotheses"]): readonly Verdict[] {
  const declared = new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis]));
  const roleOf = ({ hypothesis }: Verdict) => {
    const kind = declared.get(hypothesis)?.kind ?? "";
    return isKindName(kind) ? KINDS[kind].role : undefined;
  };
  const stepOf = ({ hypothesis }: Verdict) => declared.get(hypothesis)?.step;
  const first = verdicts.find((verdict) => roleOf(verdict) === "question") ?? verdicts[0];
  if (!first) return [];
  const ofUsers = verdicts.filter((verdict) => verdict !== first && roleOf(verdict) === "users");
  const last = ofUsers.find((verdict) => stepOf(verdict) === stepOf(first)) ?? ofUsers[0];
  // The first sentence may contain the other one already.
  return last && !first.sentence.includes(last.sentence.replace(/\.$/, "")) ? [first, last] : [first];
}

const sentences = (verdicts: readonly Verdict[]): string => verdicts.map(({ sentence }) => sentence).join(" ");
