import type { Event } from "../events.ts";
import { type StepSpan, stepAt } from "./step-spans.ts";

type RequestEvent = Extract<Event, { type: "request" }>;

/** A request with its stamp, whether it failed, and the step in which it was sent. */
export type Request = RequestEvent & {
  /** It has a cause of failure, see `causeOf`. */
  readonly failed: boolean;
  readonly step?: string;
};

/** Every request, in the order in which they were over. */
export function requestsOf(events: readonly Event[], steps: readonly StepSpan[]): Request[] {
  return events.flatMap((event) => {
    if (event.type !== "request") return [];
    const step = stepAt(steps, event.sentMs)?.step;
    return [{ ...event, failed: causeOf(event) !== undefined, ...(step === undefined ? {} : { step }) }];
  });
}

/**
 * Why a request failed, as its client saw it: `ECONNREFUSED`, `timeout`, `status 503`, or `wrong answer` where the answer is not
 * that of the release's model; undefined where it did not fail.
 */
export function causeOf({ status, error, correct }: RequestEvent): string | undefined {
  if (status === undefined) return error ?? "no answer";
  if (status >= 400) return `status ${status}`;
  return correct === false ? "wrong answer" : undefined;
}
