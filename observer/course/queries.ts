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
import { isReplica } from "./pods.ts";
import { causeOf } from "./requests.ts";
import { isWithin, overlaps, type Span, within } from "./span.ts";

/**
 * Pods, endpoints and answers reach the observer by separate connections. What one of them reports may come later by this much.
 */
export const WAYS_APART_MS = 250;

/**
 * The pod that a name means at an instant: the latest pod of that name (and of that release, where one is given) whose first
 * event is not later. A bare pod's successor has the same name, so a name alone does not say which of the two is meant.
 *
 * Example: pod p of v1 lives from 1 s to 5 s, its successor p of v2 from 6 s on. At 3 s p is the first one. At 5.5 s it is
 * still the first one: what is reported of a deleted pod belongs to it until the successor comes. At 7 s it is the second one;
 * with the release v1 it is the first one, as for an answer that arrives late.
 */
export const podNamed = (
  { pods }: Pick<Course, "pods">,
  name: string,
  atMs: number,
  release?: string,
): PodCourse | undefined =>
  pods.findLast((pod) => pod.name === name && pod.fromMs <= atMs && (release === undefined || pod.release === release));

/**
 * The pod that a Kubernetes event is about. Undefined where the event is about another kind of object, or about an unknown pod.
 */
export function podAbout(course: Course, { about, atMs }: { readonly about: string; readonly atMs: number }) {
  const [kind, name = ""] = about.split("/");
  return kind === "Pod" ? podNamed(course, name, atMs) : undefined;
}

/**
 * The pods that get requests during a span of endpoints, in the order of their names there; undefined for a name without a pod.
 * Endpoints name only pods that exist, so a name that comes before its pod's first event means the first pod of that name.
 */
export const podsBehind = (
  course: Course,
  { ready, fromMs }: Pick<EndpointSpan, "ready" | "fromMs">,
): (PodCourse | undefined)[] =>
  ready.map((name) => podNamed(course, name, fromMs + WAYS_APART_MS) ?? course.pods.find((pod) => pod.name === name));

/** The interval of a pod's life at an instant. Undefined before and after its life. */
export const intervalAt = (pod: PodCourse, atMs: number): PodInterval | undefined =>
  pod.intervals.findLast(
    ({ fromMs, untilMs }) => fromMs <= atMs && (atMs < untilMs || (atMs === untilMs && pod.deletedMs === undefined)),
  );

/** The pods that exist at an instant, are not terminating and have not ended. */
export const presentAt = (course: Course, atMs: number): PodCourse[] =>
  course.pods.filter((pod) => {
    const state = intervalAt(pod, atMs)?.state;
    return state !== undefined && isReplica(state);
  });

/** The pods that exist at some instant of a span, terminating ones included. */
export const podsWithin = (course: Course, span: Span): PodCourse[] => course.pods.filter((pod) => overlaps(pod, span));

/**
 * The first step, after the first of all, in which a pod comes or begins to terminate: what happens to users begins there.
 * Undefined where there is none.
 *
 * Example: `deploy` creates 6 pods, `again` changes nothing, and `change` replaces them. The first change is `change`.
 */
export const firstChange = ({ steps, pods }: Pick<Course, "steps" | "pods">): StepSpan | undefined =>
  steps
    .slice(1)
    .find((step) =>
      pods.some(
        ({ fromMs, intervals }) =>
          isWithin(fromMs, step) ||
          intervals.some((interval) => interval.state === "terminating" && isWithin(interval.fromMs, step)),
      ),
    );

/** The releases of the pods that exist at a span's start (`old`), and the other releases, whose pods come within it (`new`). */
export function releasesAround(course: Course, span: Span): { old: readonly string[]; new: readonly string[] } {
  const old = new Set(presentAt(course, span.fromMs).map(({ release }) => release));
  const came = course.pods.filter(({ fromMs }) => isWithin(fromMs, span));
  return {
    old: [...old],
    new: [...new Set(came.map(({ release }) => release))].filter((release) => !old.has(release)),
  };
}

/**
 * The part of a span after its change has replaced the pods that exist at the span's start. It begins when the last one that goes
 * within the span is gone. It is the whole span where none goes, or where no new pod comes.
 */
export function afterReplacement(course: Course, span: Span): Span {
  const goneMs = course.pods.flatMap(({ fromMs, deletedMs }) =>
    fromMs <= span.fromMs && deletedMs !== undefined && isWithin(deletedMs, span) ? [deletedMs] : [],
  );
  const isReplaced = course.pods.some(({ fromMs }) => fromMs > span.fromMs && isWithin(fromMs, span));
  return { fromMs: isReplaced ? Math.max(span.fromMs, ...goneMs) : span.fromMs, untilMs: span.untilMs };
}

export const podsOf = (course: Course, releases: readonly string[]): PodCourse[] =>
  course.pods.filter(({ release }) => releases.includes(release));

export const sentWithin = (course: Course, span: Span): Request[] =>
  course.requests.filter(({ sentMs }) => isWithin(sentMs, span));

/** The requests that got an answer with a status below 400, whether the answer is correct or not, or one that is as expected. */
export const answered = (requests: readonly Request[]): Request[] =>
  requests.filter(({ status, correct }) => status !== undefined && (status < 400 || correct === true));

/** The numbers of failed requests by cause, the most frequent first: `12 ECONNREFUSED`, `3 status 503`, `1 wrong answer`. */
export const failuresByCause = (failed: readonly Request[]): string[] =>
  [...Map.groupBy(failed, causeOf)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([cause, requests]) => `${requests.length} ${cause}`);

/** The state of a pod at an instant, as a word; `gone` before and after its life. */
export const stateAt = (pod: PodCourse, atMs: number): string => intervalAt(pod, atMs)?.state ?? "gone";

export const isReadyAt = (pod: PodCourse, atMs: number): boolean => stateAt(pod, atMs) === "ready";

/** The numbers of Ready pods over a step: first of the old releases, then of the new ones (see `releasesAround`). */
export function readyOldAndNew(course: Course, span: StepSpan): [Levels, Levels] {
  const around = releasesAround(course, span);
  const ready = (releases: readonly string[]) =>
    within(
      podsOver(podsOf(course, releases), course.endMs, ({ state }) => state === "ready"),
      span,
    );
  return [ready(around.old), ready(around.new)];
}

/** Whether no pod exists at any instant of a step. */
export const noPods = (course: Course, span: StepSpan): boolean => podsWithin(course, span).length === 0;
