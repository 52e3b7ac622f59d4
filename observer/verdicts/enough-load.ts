import { sentWithin } from "../course/queries.ts";
import type { Span } from "../course/span.ts";
import { count, duration, were } from "../words.ts";
import { type Finding, inconclusive } from "./finding.ts";
import { countFailures, failuresText } from "./how-sure.ts";
import type { Scene } from "./kind.ts";

/** With fewer requests than this, hypotheses about requests are inconclusive. */
export const LEAST_REQUESTS = 20;
/** The load has a hole where no request was due for longer than this. */
const LONGEST_SILENCE_MS = 1000;
/** At a low rate a hole is longer than the time of this many requests, if that is more. */
const MISSING_REQUESTS = 5;

/**
 * Finds the load of a span too thin to show that nothing happened to users; undefined where it suffices.
 *
 * Example: at 100 requests/s a hole is longer than 1 s. At 2 requests/s it is longer than 2.5 s, the time of 5 requests.
 */
export function thinLoad({ course, recording }: Scene, span: Span): Finding | undefined {
  const sent = sentWithin(course, span);
  const evidence = sent.slice(0, 1).map(({ id }) => id);
  if (sent.length < LEAST_REQUESTS) {
    return inconclusive(
      `only ${count(sent.length, "request")} of at least ${LEAST_REQUESTS} ${were(sent.length)} sent`,
      evidence,
    );
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

/** A part of a verdict's sentence: `; 0 of 4,812 requests failed: at most …`, or nothing where no request was sent. */
export function failuresIn({ course }: Scene, span: Span): string {
  const counted = countFailures(sentWithin(course, span));
  return counted.requests === 0 ? "" : `; ${failuresText(counted)}`;
}
