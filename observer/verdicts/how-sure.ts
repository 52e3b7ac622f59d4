import type { Request } from "../course/course.ts";
import { CONFIDENCE, type Failures, requestsToExclude, shareInterval } from "../share-interval.ts";
import { count, figure, smallPercent } from "../words.ts";
import { type Finding, inconclusive } from "./finding.ts";
import type { Scene } from "./kind.ts";

/** Counts the failures among requests. */
export const countFailures = (sent: readonly Pick<Request, "failed">[]): Failures => ({
  failures: sent.filter(({ failed }) => failed).length,
  requests: sent.length,
});

/** What numbers say of the true share: `at most 0.08 % at 95 %`, or `0.34 % to 0.87 % at 95 %`. */
export const boundsText = (counted: Failures, confidence = CONFIDENCE): string =>
  `${shareBounds(counted, confidence)} at ${confidenceText(confidence)}`;

/** The same without the confidence, for tables whose heading names it: `at most 0.08 %`. */
export function shareBounds(counted: Failures, confidence = CONFIDENCE): string {
  const { least, most } = shareInterval(counted, confidence);
  return counted.failures === 0 ? `at most ${smallPercent(most)}` : `${smallPercent(least)} to ${smallPercent(most)}`;
}

/** A confidence of 0..1 with all of its digits: `95 %`, `99.9999 %`. */
export const confidenceText = (confidence: number): string => `${Number((confidence * 100).toPrecision(12))} %`;

/** `14 of 2,500 requests failed: 0.34 % to 0.87 % at 95 %`; `why` stands in brackets before the colon. */
export const failuresText = (counted: Failures, why = ""): string =>
  `${figure(counted.failures)} of ${count(counted.requests, "request")} failed${why && ` (${why})`}: ${boundsText(counted)}`;

/**
 * Finds the requests too few to exclude every share of failures above the header's `atMostShare`. Undefined where they suffice,
 * and where the recording does not ask for it.
 *
 * Example with 1 %: of 120 requests none failed, which excludes only shares above 2.5 %. It takes 299, so 179 are missing.
 */
export function tooFewToExclude(
  counted: Failures,
  { recording }: Scene,
  evidence: readonly number[],
): Finding | undefined {
  const share = recording.header.atMostShare;
  if (share === undefined) return undefined;
  const needed = requestsToExclude(share, CONFIDENCE, counted.failures);
  if (counted.requests >= needed) return undefined;
  const missing = Number.isFinite(needed)
    ? `${count(needed - counted.requests, "request")} more ${needed - counted.requests === 1 ? "is" : "are"} needed to exclude more than ${smallPercent(share)}`
    : `no number of requests excludes more than ${smallPercent(share)}`;
  return inconclusive(`${failuresText(counted)}; ${missing}`, evidence);
}
