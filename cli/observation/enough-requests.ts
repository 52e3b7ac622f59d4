import type { Hypothesis } from "../../observer/verdicts/hypotheses/index.ts";
import { requestsNeeded } from "../../observer/verdicts/requests-needed.ts";
import type { ObservationOrder } from "./request.ts";

/** Requests come one after the other, so a span may have a few fewer than its length says. */
const MARGIN_MS = 1_000;

/**
 * How long load takes to send the requests without which what is claimed of a step's failures cannot be held; 0 where nothing of
 * that kind is claimed of it.
 *
 * Example: to exclude more than 1 % takes 299 requests. At 100 requests/s that is 3.0 s and the margin, at 10/s it is 30.9 s.
 */
export function enoughRequestsMs(
  hypotheses: readonly Hypothesis[],
  step: string,
  { ratePerSecond, atMostShare }: Pick<ObservationOrder, "ratePerSecond" | "atMostShare">,
): number {
  const needed = requestsNeeded(hypotheses, step, atMostShare);
  return needed === 0 ? 0 : (needed / ratePerSecond) * 1000 + MARGIN_MS;
}
