import {
  type Course,
  type EndpointSpan,
  type PodCourse,
  type PodInterval,
  podsOver,
  type Request,
  type StepSpan,
} from "./course.ts";
import type { Levels } from "./levels.ts";
import { causeOf } from "./requests.ts";
import { isWithin, overlaps, type Span, within } from "./span.ts";

/** Pods and endpoints, or pods and answers, come by two ways, of which either may be late by so much. */
export const WAYS_APART_MS = 250;

/**
 * The pod that bore a name at an instant: the last of that name, and of the release where one is told, that had come by then. A
 * bare pod's successor has its name, so a name alone does not tell which of them is meant. What is told of a name after its pod
 * is gone is told of that pod, until the successor comes.
 */
export const podNamed = (
  { pods }: Pick<Course, "pods">,
  name: string,
  atMs: number,
  release?: string,
): PodCourse | undefined =>
  pods.findLast((pod) => pod.name === name && pod.fromMs <= atMs && (release === undefined || pod.release === release));

/** The pod that a Kubernetes event is about; undefined where it is about something else, or about a pod that was not seen. */
export function podAbout(course: Course, { about, atMs }: { readonly about: string; readonly atMs: number }) {
  const [kind, name = ""] = about.split("/");
  return kind === "Pod" ? podNamed(course, name, atMs) : undefined;
}

/**
 * The pods that get requests while endpoints stand, in the order of their names there; undefined for one that was never seen.
 * Endpoints name only pods that exist: where none of a name had been seen yet, it is the first that was.
 */
export const podsBehind = (
  course: Course,
  { ready, fromMs }: Pick<EndpointSpan, "ready" | "fromMs">,
): (PodCourse | undefined)[] =>
  ready.map((name) => podNamed(course, name, fromMs + WAYS_APART_MS) ?? course.pods.find((pod) => pod.name === name));

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
export const podsWithin = (course: Course, span: Span): PodCourse[] => course.pods.filter((pod) => overlaps(pod, span));

/** Releases before and after a change, told by pods: those that were there at the step's start, and those that came first in it. */
export function releasesAround(course: Course, span: Span): { old: readonly string[]; new: readonly string[] } {
  const old = new Set(presentAt(course, span.fromMs).map(({ release }) => release));
  const came = course.pods.filter(({ fromMs }) => isWithin(fromMs, span));
  return {
    old: [...old],
    new: [...new Set(came.map(({ release }) => release))].filter((release) => !old.has(release)),
  };
}

/** Pods of any of these releases. */
export const podsOf = (course: Course, releases: readonly string[]): PodCourse[] =>
  course.pods.filter(({ release }) => releases.includes(release));

/** Requests that were sent within a span. */
export const sentWithin = (course: Course, span: Span): Request[] =>
  course.requests.filter(({ sentMs }) => isWithin(sentMs, span));

/** Those that got an answer with success. */
export const answered = (requests: readonly Request[]): Request[] =>
  requests.filter(({ status }) => status !== undefined && status < 400);

/** Numbers of failed requests by cause, the most frequent first: `12 ECONNREFUSED`, `3 status 503`, `1 wrong answer`. */
export const failuresByCause = (failed: readonly Request[]): string[] =>
  [...Map.groupBy(failed, causeOf)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([cause, requests]) => `${requests.length} ${cause}`);

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
