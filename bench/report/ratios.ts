import type { LoadName, Results } from "../results.ts";
import { type Spread, spreadOf } from "../statistics.ts";

/** Requests per second of a server, over all cycles. */
export function throughput(results: Results, peer: string, load: LoadName): Spread | undefined {
  return spreadOf(
    results.samples.filter((sample) => sample.peer === peer && sample.load === load).map((sample) => sample.perSecond),
  );
}

/** CPU time per request in microseconds. */
export function cpuPerRequest(results: Results, peer: string, load: LoadName): Spread | undefined {
  return spreadOf(
    results.samples
      .filter((sample) => sample.peer === peer && sample.load === load)
      .map((sample) => sample.cpuMicrosecondsPerRequest),
  );
}

/**
 * The ratios of two servers in each cycle: of throughput, and of answers per CPU time. Within a cycle a disturbance of the
 * machine meets both servers, so it largely cancels out of their ratio.
 */
export function cycleRatios(
  results: Results,
  ours: { readonly peer: string; readonly load: LoadName },
  theirs: { readonly peer: string; readonly load: LoadName },
): { readonly throughput: Spread; readonly cpu: Spread } | undefined {
  const samplesOf = ({ peer, load }: typeof ours) =>
    results.samples.filter((sample) => sample.peer === peer && sample.load === load);
  const others = samplesOf(theirs);
  const pairs = samplesOf(ours).flatMap((mine) => {
    const other = others.find(({ round, cycle }) => round === mine.round && cycle === mine.cycle);
    return other ? [{ mine, other }] : [];
  });
  const throughput = spreadOf(pairs.map(({ mine, other }) => mine.perSecond / other.perSecond));
  const cpu = spreadOf(
    pairs.map(({ mine, other }) => other.cpuMicrosecondsPerRequest / mine.cpuMicrosecondsPerRequest),
  );
  return throughput && cpu && { throughput, cpu };
}

/** The spread of a server's figures. */
export function figures(
  list: readonly { readonly peer: string; readonly value: number }[],
  peer: string,
): Spread | undefined {
  return spreadOf(list.filter((figure) => figure.peer === peer).map(({ value }) => value));
}

/** The spread of a latency quantile in milliseconds. */
export function latency(results: Results, peer: string, which: "p50Ms" | "p99Ms"): Spread | undefined {
  return spreadOf(results.latencies.filter((sample) => sample.peer === peer).map((sample) => sample[which]));
}

/** A server's size in bytes; undefined if it was not measured. */
export function sizeOf(results: Results, peer: string): number | undefined {
  return results.peers.find(({ name }) => name === peer)?.sizeBytes;
}

/** The spread over rounds of how much a server's p99 is above that of its own answer of 404 in the same round, in milliseconds. */
export function p99AboveNotFound(results: Results, peer: string): Spread | undefined {
  return spreadOf(
    results.latencies.flatMap((sample) =>
      sample.peer === peer && sample.notFoundP99Ms !== undefined ? [sample.p99Ms - sample.notFoundP99Ms] : [],
    ),
  );
}
