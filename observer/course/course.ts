import type { Event, Recording } from "../events.ts";
import { type ClusterClock, clusterClock } from "./cluster-clock.ts";
import { type EndpointSpan, endpointSpans } from "./endpoints.ts";
import { type Change, type Levels, levelsOf } from "./levels.ts";
import { isReplica, type PodCourse, type PodInterval, podCourses } from "./pods.ts";
import { type Request, requestsOf } from "./requests.ts";
import { type StepSpan, stepSpans } from "./step-spans.ts";

export type { Restart } from "./containers.ts";
export type { EndpointSpan } from "./endpoints.ts";
export type { Levels } from "./levels.ts";
export type { PodCourse, PodInterval } from "./pods.ts";
export type { Request } from "./requests.ts";
export type { StepSpan } from "./step-spans.ts";

/** Numbers of pods over time. A pod that terminates or has ended counts neither as ready nor as present. */
export type PodCounts = { readonly ready: Levels; readonly present: Levels; readonly terminating: Levels };

/** A gap with its id and the time at which it was recorded. */
export type GapSeen = Extract<Event, { type: "gap" }>;

/**
 * What happened to pods, endpoints and requests, put together from single events. Times are in ms since the recording's start.
 */
export type Course = {
  readonly endMs: number;
  readonly clock: ClusterClock;
  readonly steps: readonly StepSpan[];
  readonly pods: readonly PodCourse[];
  readonly counts: PodCounts;
  /** The same numbers for the pods of each release. */
  readonly countsByRelease: ReadonlyMap<string, PodCounts>;
  readonly endpoints: readonly EndpointSpan[];
  readonly requests: readonly Request[];
  readonly gaps: readonly GapSeen[];
};

/** Makes the course of a recording. It ends with the last event. */
export function courseOf(recording: Recording): Course {
  const { events } = recording;
  const endMs = events.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  const clock = clusterClock(recording);
  const steps = stepSpans(recording, endMs);
  const pods = podCourses(events, clock, endMs);
  const releases = [...new Set(pods.map(({ release }) => release))];
  return {
    endMs,
    clock,
    steps,
    pods,
    counts: countsOf(pods, endMs),
    countsByRelease: new Map(
      releases.map((release) => [
        release,
        countsOf(
          pods.filter((pod) => pod.release === release),
          endMs,
        ),
      ]),
    ),
    endpoints: endpointSpans(events, endMs),
    requests: requestsOf(events, steps),
    gaps: events.filter((event) => event.type === "gap"),
  };
}

/**
 * The number of pods whose state satisfies `where`, over time. It rises where a pod enters such a state, and falls where the pod
 * leaves it or is deleted.
 *
 * Example: a pod is ready from 4 s to 9 s, another from 6 s to the end at 12 s. The ready pods are 0 in 0..4 s, 1 in 4..6 s,
 * 2 in 6..9 s, and 1 in 9..12 s.
 */
export function podsOver(
  pods: readonly PodCourse[],
  endMs: number,
  where: (interval: PodInterval, pod: PodCourse) => boolean,
): Levels {
  return levelsOf(
    pods.flatMap((pod) =>
      pod.intervals.flatMap((interval, index): Change[] => {
        const before = pod.intervals[index - 1];
        const isIn = where(interval, pod);
        const wasIn = before !== undefined && where(before, pod);
        const last = index === pod.intervals.length - 1 ? pod.deletedMs : undefined;
        return [
          ...(isIn === wasIn ? [] : [{ atMs: interval.fromMs, by: isIn ? 1 : -1, ...idOf(interval.eventIds[0]) }]),
          ...(isIn && last !== undefined ? [{ atMs: last, by: -1, ...idOf(interval.eventIds.at(-1)) }] : []),
        ];
      }),
    ),
    endMs,
  );
}

const idOf = (eventId: number | undefined) => (eventId === undefined ? {} : { eventId });

export const countsOf = (pods: readonly PodCourse[], endMs: number): PodCounts => ({
  ready: podsOver(pods, endMs, ({ state }) => state === "ready"),
  present: podsOver(pods, endMs, ({ state }) => isReplica(state)),
  terminating: podsOver(pods, endMs, ({ state }) => state === "terminating"),
});

export type { PodState } from "./pods.ts";
