import type { Event } from "../events.ts";
import { type StepSpan, stepAt } from "./step-spans.ts";

/** A request with its stamp, whether it failed, and the step in which it was sent. */
export type Request = Extract<Event, { type: "request" }> & {
  /** No answer, status 400 or above, or not the answer of the release's model. */
  readonly failed: boolean;
  readonly step?: string;
};

/** Every request, in the order in which they were over. */
export function requestsOf(events: readonly Event[], steps: readonly StepSpan[]): Request[] {
  return events.flatMap((event) => {
    if (event.type !== "request") return [];
    const step = stepAt(steps, event.sentMs)?.step;
    const failed = event.status === undefined || event.status >= 400 || event.correct === false;
    return [{ ...event, failed, ...(step === undefined ? {} : { step }) }];
  });
}
