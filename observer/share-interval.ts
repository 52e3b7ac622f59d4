import jstat from "jstat";

const { beta } = jstat.jStat;

/** Failed requests among all requests that were sent. */
export type Failures = { readonly failures: number; readonly requests: number };

/** Bounds of a share of 0..1. */
export type ShareInterval = { readonly least: number; readonly most: number };

/** The confidence (0..1) of every bound for which nobody asked for another one. */
export const CONFIDENCE = 0.95;

/**
 * The bounds of the true share of failures by Clopper and Pearson: each of them alone is right with `confidence` (0..1) or more,
 * however small the numbers are. Without requests nothing is known: 0..1.
 *
 * Example: of 3,602 requests 0 failed. With a true share of 0.083 % this happens in 5 % of all runs, so at 95 % the share is at most
 * 0.083 %. Of 2,500 requests 14 failed: the share is between 0.34 % and 0.87 %.
 *
 * Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial,
 * Biometrika 26 (1934).
 */
export function shareInterval({ failures, requests }: Failures, confidence: number): ShareInterval {
  return {
    least: failures === 0 ? 0 : beta.inv(1 - confidence, failures, requests - failures + 1),
    most: failures === requests ? 1 : beta.inv(confidence, failures + 1, requests - failures),
  };
}

/** How far a search for a number of requests goes: two hours at the highest rate are fewer. */
const MOST_REQUESTS = 10_000_000;

/**
 * The least number of requests that exclude every share above `share` (0..1), if `failures` of them fail. Infinity where no number
 * of requests does.
 *
 * Example: 299 requests without a failure exclude 1 % at 95 %, since 0.99 to the power of 299 is 4.95 %; 298 do not.
 */
export function requestsToExclude(share: number, confidence: number, failures = 0): number {
  if (share >= 1) return failures;
  const excludes = (requests: number) => shareInterval({ failures, requests }, confidence).most <= share;
  if (!excludes(MOST_REQUESTS)) return Number.POSITIVE_INFINITY;
  let tooFew = failures - 1;
  let enough = MOST_REQUESTS;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (excludes(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
