import { sentWithin } from "../course/queries.ts";
import type { Span } from "../course/span.ts";
import { count, duration, figure } from "../words.ts";
import { type Finding, inconclusive } from "./finding.ts";
import type { Scene } from "./kind.ts";

/** Fewer requests than this say nothing of any claim. */
export const LEAST_REQUESTS = 20;
/** A stretch without a request that is due counts as a hole in the load from here on. */
const LONGEST_SILENCE_MS = 1000;
/** … and, where requests are rare, from so many of them that are missing on. */
const MISSING_REQUESTS = 5;

/** Why the load of a span is too thin to tell that nothing happened to users; undefined if it is not. */
export function thinLoad({ course, recording }: Scene, span: Span): Finding | undefined {
  const sent = sentWithin(course, span);
  const evidence = sent.slice(0, 1).map(({ id }) => id);
  if (sent.length < LEAST_REQUESTS) {
    return inconclusive(`only ${count(sent.length, "request")} of at least ${LEAST_REQUESTS} were sent`, evidence);
  }
  const longestMs = Math.max(LONGEST_SILENCE_MS, (MISSING_REQUESTS * 1000) / recording.header.ratePerSecond);
  const due = sent.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b);
  let beforeMs = span.fromMs;
  for (const atMs of [...due, span.untilMs]) {
    if (atMs - beforeMs > longestMs) {
      return inconclusive(`for ${duration(atMs - beforeMs)} of the step no request was sent`, evidence);
    }
    beforeMs = atMs;
  }
  return undefined;
}

/** `; 0 of 4,812 requests failed`, or nothing where none was sent. */
export function failuresIn({ course }: Scene, span: Span): string {
  const sent = sentWithin(course, span);
  return sent.length === 0
    ? ""
    : `; ${figure(sent.filter(({ failed }) => failed).length)} of ${count(sent.length, "request")} failed`;
}
