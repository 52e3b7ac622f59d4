import type { PodCourse, StepSpan } from "../course/course.ts";
import { intervalAt } from "../course/queries.ts";

/** Ids of requests, or of other events. */
export const idsOf = (requests: readonly { readonly id: number }[]): number[] => requests.map(({ id }) => id);

/** The first id and the last: enough to find the others between them. */
export const ends = (ids: readonly number[]): number[] => [...new Set([...ids.slice(0, 1), ...ids.slice(-1)])];

/** The id of the event that ended a step; empty where the step has not ended. */
export const ended = ({ endedId }: { readonly endedId?: number }): number[] => (endedId === undefined ? [] : [endedId]);

/** For each pod, the id of the event that began its state at a step's end. */
export const endEvidence = (pods: readonly PodCourse[], { untilMs }: StepSpan): number[] =>
  pods.flatMap((pod) => (intervalAt(pod, untilMs) ?? pod.intervals.at(-1))?.eventIds.slice(0, 1) ?? []);
