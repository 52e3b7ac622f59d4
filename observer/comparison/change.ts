import type { Course, StepSpan } from "../course/course.ts";
import { type Levels, lowest } from "../course/levels.ts";
import { sentWithin } from "../course/queries.ts";
import { isWithin, type Span, within } from "../course/span.ts";
import type { Recording } from "../events.ts";
import { quantile } from "../statistics.ts";

/** What a change of release cost under one strategy. */
export type ComparedChange = {
  readonly experiment: string;
  /** From the first operation of the change to the end of its last one. */
  readonly durationMs: number;
  /** Pods beyond those that were there before, summed over time. */
  readonly extraPodSeconds: number;
  readonly fewestReady: number;
  /** From the first answer of the new release to the last one of the old. */
  readonly mixedMs: number;
  readonly failed: number;
  readonly requests: number;
  /** Of the requests that were answered during the change; absent without any. */
  readonly p99Ms?: number;
};

/** Id of the step that completes a change of release in every experiment that has one. */
export const CHANGE_STEP = "change";

/**
 * Takes the change of release out of a recording with its course; undefined where there is none, or it did not come to its end.
 */
export function compareChange({ header }: Recording, course: Course): ComparedChange | undefined {
  const steps = course.steps.filter(({ releases, outcome }) => releases.length > 1 && outcome === "succeeded");
  const [first] = steps;
  // What comes after the change, such as a release that fails on purpose, is no part of it.
  const last = steps.find(({ step }) => step === CHANGE_STEP) ?? steps.at(-1);
  if (!first || !last) return undefined;
  const span = { fromMs: first.fromMs, untilMs: last.operationUntilMs };
  const requests = sentWithin(course, { ...span, untilMs: last.untilMs });
  const latencies = requests.filter(({ failed }) => !failed).map(({ latencyMs }) => latencyMs);
  const p99Ms = quantile(
    latencies.toSorted((a, b) => a - b),
    0.99,
  );
  return {
    experiment: header.experiment,
    durationMs: span.untilMs - span.fromMs,
    extraPodSeconds: extraPodSeconds(course, span),
    fewestReady: lowest(within(course.counts.ready, span))?.value ?? 0,
    mixedMs: mixedMs(requests, first, last),
    failed: requests.filter(({ failed }) => failed).length,
    requests: requests.length,
    ...(p99Ms !== undefined && { p99Ms }),
  };
}

function extraPodSeconds({ counts }: Course, span: Span): number {
  const before = valueAt(counts.present, span.fromMs);
  const extra = within(counts.present, span).map(
    ({ value, fromMs, untilMs }) => (Math.max(0, value - before) * (untilMs - fromMs)) / 1000,
  );
  return extra.reduce((sum, one) => sum + one, 0);
}

const valueAt = (levels: Levels, atMs: number): number => levels.find((level) => isWithin(atMs, level))?.value ?? 0;

function mixedMs(requests: Course["requests"], first: StepSpan, last: StepSpan): number {
  const [old] = first.releases;
  const young = last.releases.at(-1);
  const answeredMs = (release: string | undefined) =>
    requests.filter((one) => one.release === release).map(({ dueMs, latencyMs }) => dueMs + latencyMs);
  const firstYoung = answeredMs(young)[0];
  const lastOld = answeredMs(old).at(-1);
  return firstYoung === undefined || lastOld === undefined ? 0 : Math.max(0, lastOld - firstYoung);
}
