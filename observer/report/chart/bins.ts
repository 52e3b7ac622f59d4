import type { Request } from "../../course/course.ts";
import { ascending, quantile } from "../../statistics.ts";

/** The requests that were due in one interval; latencies are of answers with success. */
export type LoadBin = {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Answers with success by release. */
  readonly good: ReadonlyMap<string, number>;
  readonly failed: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
};

const WIDTHS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];
const MOST_BINS = 240;

/** Width of the bins that cut a span into few enough to be drawn; at least half a second, so that a bin's p99 is of several requests. */
export const binWidthMs = (spanMs: number): number =>
  WIDTHS_MS.find((width) => width >= 500 && spanMs / width <= MOST_BINS) ?? spanMs / MOST_BINS;

/** Puts requests into bins by when they were due; from the first bin with a request to the last, empty ones included. */
export function loadBins(requests: readonly Request[], widthMs: number): LoadBin[] {
  const chosen = new Map<number, Request[]>();
  for (const request of requests) {
    const index = Math.floor(request.dueMs / widthMs);
    const bin = chosen.get(index);
    if (bin) bin.push(request);
    else chosen.set(index, [request]);
  }
  if (chosen.size === 0) return [];
  const first = Math.min(...chosen.keys());
  return Array.from({ length: Math.max(...chosen.keys()) - first + 1 }, (_, offset) => {
    const index = first + offset;
    return { fromMs: index * widthMs, untilMs: (index + 1) * widthMs, ...summed(chosen.get(index) ?? []) };
  });
}

function summed(requests: readonly Request[]): Omit<LoadBin, "fromMs" | "untilMs"> {
  const good = new Map<string, number>();
  const latencies: number[] = [];
  for (const request of requests) {
    if (request.failed) continue;
    const release = request.release ?? "unknown";
    good.set(release, (good.get(release) ?? 0) + 1);
    latencies.push(request.latencyMs);
  }
  const sorted = ascending(latencies);
  const p50Ms = quantile(sorted, 0.5);
  const p99Ms = quantile(sorted, 0.99);
  return {
    good,
    failed: requests.length - latencies.length,
    ...(p50Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p99Ms }),
  };
}
