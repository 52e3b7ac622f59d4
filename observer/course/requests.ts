import type { Event } from "../events.ts";
import { type StepSpan, stepAt } from "./step-spans.ts";

type RequestEvent = Extract<Event, { type: "request" }>;

/** A request as recorded, and what follows from it. */
export type Request = RequestEvent & {
  /** Whether `causeOf` finds a cause of failure. */
  readonly failed: boolean;
  /** Id of the step in which the request was sent; absent between steps. */
  readonly step?: string;
};

/** When a request was over: its latency counts from the time it was due, or sent where a timer fired early. */
export const endOf = ({ dueMs, sentMs, latencyMs }: Pick<RequestEvent, "dueMs" | "sentMs" | "latencyMs">): number =>
  Math.min(dueMs, sentMs) + latencyMs;

/** The requests of a recording, in the order in which they ended. */
export function requestsOf(events: readonly Event[], steps: readonly StepSpan[]): Request[] {
  return events.flatMap((event) => {
    if (event.type !== "request") return [];
    const step = stepAt(steps, event.sentMs)?.step;
    return [{ ...event, failed: causeOf(event) !== undefined, ...(step === undefined ? {} : { step }) }];
  });
}

/**
 * The cause for which a request failed, as its client saw it: `ECONNREFUSED`, `timeout`, `status 503`, or `wrong answer` where
 * the answer differs from that of the release's model. Undefined where the request did not fail. An answer that is as expected
 * did not fail, whatever its status: a 404 may be what is expected.
 */
export function causeOf({ status, error, correct, wrong }: RequestEvent): string | undefined {
  if (status === undefined) return error ?? "no answer";
  if (correct === true) return undefined;
  if (status >= 400) return `status ${status}`;
  if (correct === undefined) return undefined;
  return wrong === undefined ? "wrong answer" : `wrong answer (${wrong})`;
}
