import type { Event } from "../../events.ts";

/** A time in which a container was held back in `share` (0..1) of its CPU periods. */
export type Throttling = { readonly fromMs: number; readonly untilMs: number; readonly share: number };

/** Below this share a line would say that something is wrong where nothing is. */
const WORTH_SHOWING = 0.05;

/** From one measurement of a pod to the next; a count that falls means that the container was started anew. */
export function throttlings(measured: readonly Extract<Event, { type: "container" }>[]): Throttling[] {
  return measured.flatMap((event, index): Throttling[] => {
    const before = measured[index - 1];
    if (before?.cpuPeriods === undefined || event.cpuPeriods === undefined) return [];
    const periods = event.cpuPeriods - before.cpuPeriods;
    const throttled = (event.throttledPeriods ?? 0) - (before.throttledPeriods ?? 0);
    if (periods <= 0 || throttled / periods < WORTH_SHOWING) return [];
    return [{ fromMs: before.atMs, untilMs: event.atMs, share: Math.min(1, throttled / periods) }];
  });
}
