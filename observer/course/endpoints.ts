import type { Event } from "../events.ts";

/**
 * The Service's endpoints from one event to the next, all EndpointSlices together. The lists hold names of pods; times are in ms
 * since the recording's start.
 */
export type EndpointSpan = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  readonly terminating: readonly string[];
  readonly eventIds: readonly number[];
};

/**
 * The endpoints over time, from the first event of any slice to the recording's end. Each event replaces what is known of its
 * slice. Events of one instant become one span.
 *
 * Example: slice A has pod a at 1 s, slice B has pod b at 3 s, and slice A is deleted at 5 s. The ready pods are a in 1..3 s,
 * a and b in 3..5 s, and b from 5 s on.
 */
export function endpointSpans(events: readonly Event[], endMs: number): EndpointSpan[] {
  const slices = new Map<string, Extract<Event, { type: "endpoints" }>>();
  const spans: Omit<EndpointSpan, "untilMs">[] = [];
  for (const event of events) {
    if (event.type !== "endpoints") continue;
    if (event.change === "deleted") slices.delete(event.slice);
    else slices.set(event.slice, event);
    const all = [...slices.values()];
    const last = spans.at(-1);
    const eventIds = last?.fromMs === event.atMs ? [...last.eventIds, event.id] : [event.id];
    if (last?.fromMs === event.atMs) spans.pop();
    spans.push({
      fromMs: event.atMs,
      ready: unique(all.flatMap(({ ready }) => ready)),
      notReady: unique(all.flatMap(({ notReady }) => notReady)),
      terminating: unique(all.flatMap(({ terminating }) => terminating)),
      eventIds,
    });
  }
  return spans.map((span, index) => ({ ...span, untilMs: spans[index + 1]?.fromMs ?? Math.max(endMs, span.fromMs) }));
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
