import type { Course, Request } from "../course/course.ts";
import { endOf } from "../course/requests.ts";

/** A request that failed, and what follows from its own record. Times are in ms since the recording's start. */
export type Failure = Request & {
  /** When it was over; an event may be recorded later, as those of load in the cluster are. */
  readonly endMs: number;
  /** From sending to the end. */
  readonly lifeMs: number;
  readonly timedOut: boolean;
  /** The pod that gave the earlier answers on its connection; absent where the connection was new, or none is known. */
  readonly knownPod?: string;
};

/** The failed requests, in the order in which they were sent. */
export function failuresOf({ requests }: Course): Failure[] {
  // The latest pod that answered on a connection; a connection has a number where the load's client tells it.
  const answeredBy = new Map<number, string>();
  const failures: Failure[] = [];
  for (const request of requests) {
    const { failed, socket, pod, error } = request;
    if (!failed) {
      if (socket !== undefined && pod !== undefined) answeredBy.set(socket, pod);
      continue;
    }
    const endMs = endOf(request);
    const knownPod = socket === undefined ? undefined : answeredBy.get(socket);
    failures.push({
      ...request,
      endMs,
      lifeMs: endMs - request.sentMs,
      timedOut: error !== undefined && /time(d )?-?out|ETIMEDOUT/i.test(error),
      ...(knownPod === undefined ? {} : { knownPod }),
    });
  }
  return failures.toSorted((one, other) => one.sentMs - other.sentMs);
}

/** Whether nothing of a request came back: it has no status. */
export const isUnanswered = ({ status }: Failure): boolean => status === undefined;

/**
 * Whether nothing came back, and the connection was a new one: a fresh one, or a kept one that had to be opened, whose first request tells
 * its number and no time without a request.
 */
export function isOnNewConnection({ connection, status, reached, knownPod, socket, idleMs }: Failure): boolean {
  if (status !== undefined || reached === "answer") return false;
  if (reached === "nothing") return true;
  return knownPod === undefined && (connection === "fresh" || (socket !== undefined && idleMs === undefined));
}
