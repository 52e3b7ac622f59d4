import type { Course, PodCourse, PodInterval, StepSpan } from "../course/course.ts";
import type { Recording } from "../events.ts";
import type { Hypothesis } from "./hypotheses/index.ts";

/** What an interpreter looks at. */
export type Scene = {
  readonly recording: Recording;
  readonly course: Course;
  /** All hypotheses of the recording: they say which restarts and failures were meant to be. */
  readonly hypotheses: readonly Hypothesis[];
};

/** A part of the recording, in ms since its start. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** The step's span; interpreters run only where the step is in the recording. */
export function stepOf({ course }: Scene, id: string): StepSpan {
  const span = course.steps.find(({ step }) => step === id);
  if (!span) throw new Error(`step ${id} is not in the recording`);
  return span;
}

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
