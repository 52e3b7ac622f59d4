import type { PodCourse, StepSpan } from "../course/course.ts";
import { intervalAt } from "../course/queries.ts";

/** Ids of the events that are themselves requests. */
export const idsOf = (requests: readonly { readonly id: number }[]): number[] => requests.map(({ id }) => id);

/** First and last: enough to find the others between them. */
export const ends = (ids: readonly number[]): number[] => [...new Set([...ids.slice(0, 1), ...ids.slice(-1)])];

/** The id of the event that ended a step; none where it has not ended. */
export const ended = ({ endedId }: { readonly endedId?: number }): number[] => (endedId === undefined ? [] : [endedId]);

/** The events that made the pods what they are at a step's end. */
export const endEvidence = (pods: readonly PodCourse[], { untilMs }: StepSpan): number[] =>
  pods.flatMap((pod) => (intervalAt(pod, untilMs) ?? pod.intervals.at(-1))?.eventIds.slice(0, 1) ?? []);
