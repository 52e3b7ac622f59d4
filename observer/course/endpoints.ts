import type { Event } from "../events.ts";

/** The Service's endpoints from one change to the next, all slices together; names of pods, times in ms. */
export type EndpointSpan = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  readonly terminating: readonly string[];
  readonly eventIds: readonly number[];
};

/** Endpoints over time, from the first sight of them on. */
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
