import { CONFIDENCE, requestsToExclude } from "../share-interval.ts";
import { LEAST_REQUESTS } from "./enough-load.ts";
import type { Hypothesis } from "./hypotheses/index.ts";

/**
 * How many requests a step needs before all that is claimed of its failures can be held, if none of them fails; 0 where nothing is
 * claimed of them, or nothing that any number of requests shows. `atMostShare` is what "no request fails" has to exclude, 0..1.
 *
 * Example: "no request fails" takes 299 requests to exclude 1 %. With a claim of at most 0.1 % at 99 % beside it, it takes 4,603.
 */
export function requestsNeeded(hypotheses: readonly Hypothesis[], step: string, atMostShare: number): number {
  const needs = hypotheses.flatMap((one) => {
    if (one.kind === "no-failed-requests" && one.step === step) return [requestsToExclude(atMostShare, CONFIDENCE)];
    if (one.kind === "failures-at-most" && one.step === step) return [requestsToExclude(one.share, one.confidence)];
    return [];
  });
  const reachable = needs.filter(Number.isFinite);
  return reachable.length === 0 ? 0 : Math.max(LEAST_REQUESTS, ...reachable);
}
