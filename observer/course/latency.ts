import { ascending, quantile } from "../statistics.ts";
import type { Request } from "./course.ts";
import { causeOf } from "./requests.ts";

/** Figures of several requests. Latencies (ms) are those of requests that did not fail, and absent where every request failed. */
export type LatencyFigures = {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly maxMs?: number;
};

/** Figures of the requests that share a release and a kind of connection. */
export type LatencyRow = LatencyFigures & { readonly release: string; readonly connection: "fresh" | "kept" | "both" };

/** The number of requests that failed for one cause, which is `what`. */
export type FailureRow = { readonly what: string; readonly connection: "fresh" | "kept"; readonly count: number };

/** Stands for the release of a request without an answer. */
const UNANSWERED = "no answer";

export function latencyFigures(requests: readonly Request[]): LatencyFigures {
  const sorted = ascending(requests.filter(({ failed }) => !failed).map(({ latencyMs }) => latencyMs));
  const failed = requests.length - sorted.length;
  const [p50Ms, p95Ms, p99Ms, maxMs] = [0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share));
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined || maxMs === undefined)
    return { requests: requests.length, failed };
  return { requests: requests.length, failed, p50Ms, p95Ms, p99Ms, maxMs };
}

/** A row for each release and kind of connection that occurs. A release with both kinds has a row for both before these. */
export function latencyRows(requests: readonly Request[]): LatencyRow[] {
  const byRelease = Map.groupBy(requests, ({ release }) => release ?? UNANSWERED);
  return [...byRelease].flatMap(([release, ofRelease]): LatencyRow[] => {
    const byConnection = Map.groupBy(ofRelease, ({ connection }) => connection);
    const rows = (["fresh", "kept"] as const).flatMap((connection): LatencyRow[] => {
      const chosen = byConnection.get(connection);
      return chosen ? [{ release, connection, ...latencyFigures(chosen) }] : [];
    });
    return rows.length > 1 ? [{ release, connection: "both", ...latencyFigures(ofRelease) }, ...rows] : rows;
  });
}

/** Failures by cause and connection, the most frequent first. */
export function failureRows(requests: readonly Request[]): FailureRow[] {
  const counts = new Map<string, FailureRow>();
  for (const request of requests) {
    const what = causeOf(request);
    if (what === undefined) continue;
    const key = `${what} ${request.connection}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { what, connection: request.connection, count });
  }
  return [...counts.values()].toSorted((left, right) => right.count - left.count);
}
