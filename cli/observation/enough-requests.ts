import { CONFIDENCE, requestsToExclude } from "../../observer/share-interval.ts";
import type { Hypothesis } from "../../observer/verdicts/hypotheses/index.ts";
import type { ObservationOrder } from "./request.ts";

/** Requests come one after the other, so a span may have a few fewer than its length says. */
const MARGIN_MS = 1_000;

/**
 * How long load takes to send the requests without which no claim that none of them fails can be held for a step; 0 where nothing
 * of that kind is claimed of it.
 *
 * Example: to exclude more than 1 % takes 299 requests. At 100 requests/s that is 3.0 s and the margin, at 10/s it is 30.9 s.
 */
export function enoughRequestsMs(
  hypotheses: readonly Hypothesis[],
  step: string,
  { ratePerSecond, atMostShare }: Pick<ObservationOrder, "ratePerSecond" | "atMostShare">,
): number {
  if (!hypotheses.some((one) => one.kind === "no-failed-requests" && one.step === step)) return 0;
  return (requestsToExclude(atMostShare, CONFIDENCE) / ratePerSecond) * 1000 + MARGIN_MS;
}
