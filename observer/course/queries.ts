import { type Course, type PodCourse, type PodInterval, podsOver, type Request, type StepSpan } from "./course.ts";
import { type Levels, within } from "./levels.ts";

/** A part of the recording, in ms since its start. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** The state of a pod at an instant, or undefined before and after its life. */
export const intervalAt = (pod: PodCourse, atMs: number): PodInterval | undefined =>
  pod.intervals.findLast(
    ({ fromMs, untilMs }) => fromMs <= atMs && (atMs < untilMs || (atMs === untilMs && pod.deletedMs === undefined)),
  );

/** Pods that are there at an instant and not on their way out. */
export const presentAt = (course: Course, atMs: number): PodCourse[] =>
  course.pods.filter((pod) => {
    const state = intervalAt(pod, atMs)?.state;
    return state !== undefined && state !== "terminating";
  });

/** Pods that were there at some instant of the span. */
export const podsWithin = (course: Course, { fromMs, untilMs }: Span): PodCourse[] =>
  course.pods.filter((pod) => pod.fromMs < untilMs && pod.untilMs > fromMs);

/** Releases before and after a change, told by pods: those that were there at the step's start, and those that came first in it. */
export function releasesAround(course: Course, span: Span): { old: readonly string[]; new: readonly string[] } {
  const old = new Set(presentAt(course, span.fromMs).map(({ release }) => release));
  const came = course.pods.filter(({ fromMs }) => fromMs > span.fromMs && fromMs < span.untilMs);
  return {
    old: [...old],
    new: [...new Set(came.map(({ release }) => release))].filter((release) => !old.has(release)),
  };
}

/** Pods of any of these releases. */
export const podsOf = (course: Course, releases: readonly string[]): PodCourse[] =>
  course.pods.filter(({ release }) => releases.includes(release));

/** Requests that were sent within a span. */
export const sentWithin = (course: Course, { fromMs, untilMs }: Span): Request[] =>
  course.requests.filter(({ sentMs }) => sentMs >= fromMs && sentMs < untilMs);

/** Those that got an answer with success. */
export const answered = (requests: readonly Request[]): Request[] =>
  requests.filter(({ status }) => status !== undefined && status < 400);

/** Failed requests by what befell them, the most frequent first: `12 ECONNREFUSED`, `3 status 503`, `1 wrong answer`. */
export function failuresByCause(failed: readonly Request[]): string[] {
  const causes = new Map<string, number>();
  for (const { error, status, correct } of failed) {
    const cause =
      status === undefined
        ? (error ?? "no answer")
        : correct === false && status < 400
          ? "wrong answer"
          : `status ${status}`;
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return [...causes].toSorted((a, b) => b[1] - a[1]).map(([cause, number]) => `${number} ${cause}`);
}

/** Whether something happened in a span, whose end is not part of it. */
export const isWithin = ({ atMs }: { readonly atMs: number }, { fromMs, untilMs }: Span): boolean =>
  atMs >= fromMs && atMs < untilMs;

/** Whether two spans have an instant in common. */
export const overlaps = (one: Span, other: Span): boolean => one.fromMs < other.untilMs && one.untilMs > other.fromMs;

/** A pod's state at an instant; `gone` before and after its life. */
export const stateAt = (pod: PodCourse, atMs: number): string => intervalAt(pod, atMs)?.state ?? "gone";

/** Whether a pod is Ready at an instant. */
export const isReadyAt = (pod: PodCourse, atMs: number): boolean => stateAt(pod, atMs) === "ready";

/** Numbers of Ready pods within a step: those of the releases before the change, and those of the releases that it brings. */
export function readyOldAndNew(course: Course, span: StepSpan): [Levels, Levels] {
  const around = releasesAround(course, span);
  const ready = (releases: readonly string[]) =>
    within(
      podsOver(podsOf(course, releases), course.endMs, ({ state }) => state === "ready"),
      span,
    );
  return [ready(around.old), ready(around.new)];
}

/** Whether no pod was there at any instant of a step. */
export const noPods = (course: Course, span: StepSpan): boolean => podsWithin(course, span).length === 0;
