import { quantile } from "./statistics.ts";

/** Latency at a fixed rate of requests. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answers: number;
  readonly failures: number;
  /** Answers per second, to compare with the rate of requests. */
  readonly perSecond: number;
}

/**
 * Reads h2load's log. Each line has the start in microseconds since the epoch, the status, and the duration in microseconds.
 * The first `skipSeconds` are left out, because all connections are opened then. Answers of another status are failures.
 */
export function parseLatencies(log: string, skipSeconds: number, expectedStatus: number): Latency {
  const all = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [start = 0, status = 0, elapsed = 0] = line.split("\t").map(Number);
      return { start, status, elapsed };
    });
  const first = Math.min(...all.slice(0, 1_000).map(({ start }) => start));
  const kept = all.filter(({ start }) => start >= first + skipSeconds * 1e6);
  const answered = kept.filter(({ status }) => status === expectedStatus).map(({ elapsed }) => elapsed / 1_000);
  const last = kept.reduce(
    (latest, { start, elapsed }) => Math.max(latest, start + elapsed),
    first + skipSeconds * 1e6,
  );
  return {
    p50Ms: quantile(answered, 0.5),
    p99Ms: quantile(answered, 0.99),
    answers: answered.length,
    failures: kept.length - answered.length,
    perSecond: answered.length / ((last - first) / 1e6 - skipSeconds),
  };
}
