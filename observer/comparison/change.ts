import type { Course, Request, StepSpan } from "../course/course.ts";
import { type Levels, lowest } from "../course/levels.ts";
import { sentWithin } from "../course/queries.ts";
import { isWithin, type Span, within } from "../course/span.ts";
import type { Recording } from "../events.ts";
import { ascending, quantile } from "../statistics.ts";

/** The cost of a change of release under one strategy. */
export type ComparedChange = {
  readonly experiment: string;
  /** From the first operation of the change to the end of its last one, or to the last new pod that got Ready, if that is later. */
  readonly durationMs: number;
  /** Pods beyond the number before the change, summed over time; terminating pods do not count. */
  readonly extraPodSeconds: number;
  /** Smallest number of Ready pods at any instant of the change. */
  readonly fewestReady: number;
  /** From the first answer of the new release to the last one of the old. */
  readonly mixedMs: number;
} & UserFigures;

/** What users met, over all requests that were sent as long as the change was observed. */
export type UserFigures = {
  readonly failed: number;
  readonly requests: number;
  /** Median latency of the new release's answers with success; absent without any. */
  readonly newP50Ms?: number;
  /** Over the requests that did not fail; absent without any. */
  readonly p99Ms?: number;
};

/** Id that every experiment with a change of release gives to the step that completes it. */
export const CHANGE_STEP = "change";

/**
 * Measures the change of release in a recording. `course` is the course of this recording. Undefined where no step with more
 * than one release succeeded.
 *
 * Durations and numbers of pods are those from the start of the first such step to the end of the last operation, and of the
 * rollout: Pulumi takes some rollouts for done too soon, Recreate's now and then before a new pod is there. Requests count until
 * the last step's observation ends.
 *
 * Example: a canary starts at 12 s, and the step `change` completes it with an operation that ends at 50 s. There are 3 pods at
 * 12 s, 4 in 14..20 s, and 5 in 20..24 s: `durationMs` is 38 000, and `extraPodSeconds` is 6 x 1 + 4 x 2 = 14.
 */
export function compareChange({ header }: Recording, course: Course): ComparedChange | undefined {
  const steps = stepsOfChange(course);
  if (!steps) return undefined;
  const { first, last } = steps;
  const span = { fromMs: first.fromMs, untilMs: Math.max(last.operationUntilMs, ...readyIn(course, last)) };
  const requests = sentWithin(course, { ...span, untilMs: last.untilMs });
  return {
    experiment: header.experiment,
    durationMs: span.untilMs - span.fromMs,
    extraPodSeconds: extraPodSeconds(course, span),
    fewestReady: lowest(within(course.counts.ready, span))?.value ?? 0,
    mixedMs: mixedMs(requests, first, last),
    ...userFigures(requests, last.releases.at(-1)),
  };
}

/** When each pod got Ready that did so for the first time in a step. */
const readyIn = ({ pods }: Course, step: Span): number[] =>
  pods.flatMap(({ firstReady }) => (firstReady && isWithin(firstReady.atMs, step) ? [firstReady.atMs] : []));

/** Sums up requests; `young` is the new release. */
export function userFigures(
  requests: readonly Pick<Request, "failed" | "latencyMs" | "release">[],
  young: string | undefined,
): UserFigures {
  const answered = requests.filter(({ failed }) => !failed);
  const latencies = (some: typeof answered) => ascending(some.map(({ latencyMs }) => latencyMs));
  const newP50Ms = quantile(latencies(answered.filter(({ release }) => release === young)), 0.5);
  const p99Ms = quantile(latencies(answered), 0.99);
  return {
    failed: requests.length - answered.length,
    requests: requests.length,
    ...(newP50Ms !== undefined && { newP50Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
  };
}

/** The first and the last step of the change of release; undefined where no step with more than one release succeeded. */
function stepsOfChange(course: Course): { readonly first: StepSpan; readonly last: StepSpan } | undefined {
  const steps = course.steps.filter(({ releases, outcome }) => releases.length > 1 && outcome === "succeeded");
  const [first] = steps;
  // Steps after the change do not count, such as one with a release that fails on purpose. A change that did not complete is none.
  const completes = course.steps.some(({ step }) => step === CHANGE_STEP);
  const last = completes ? steps.find(({ step }) => step === CHANGE_STEP) : steps.at(-1);
  return first && last && { first, last };
}

/**
 * The step at which the change of release failed, or that before it; undefined where none did. What fails after the change does not
 * count, and what fails on purpose before it neither, once the change has succeeded.
 */
export function failedStep({ steps }: Pick<Course, "steps">): StepSpan | undefined {
  const change = steps.findIndex(({ step }) => step === CHANGE_STEP);
  if (steps[change]?.outcome === "succeeded") return undefined;
  return steps.slice(0, change < 0 ? steps.length : change + 1).findLast(({ outcome }) => outcome === "failed");
}

/** From the start of the change to the end of what was observed of it; undefined where `compareChange` is. */
export function observedChange(course: Course): Span | undefined {
  const steps = stepsOfChange(course);
  return steps && { fromMs: steps.first.fromMs, untilMs: steps.last.untilMs };
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
