import type { LoadName, Results } from "./results.ts";
import { type Spread, spreadOf } from "./statistics.ts";

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

/** The ratio of two servers' throughput in each cycle: what disturbs a cycle disturbs both. */
export function cycleRatios(
  results: Results,
  ours: { readonly peer: string; readonly load: LoadName },
  theirs: { readonly peer: string; readonly load: LoadName },
): Spread | undefined {
  const find = (round: number, cycle: number, { peer, load }: typeof ours) =>
    results.samples.find(
      (sample) => sample.peer === peer && sample.load === load && sample.round === round && sample.cycle === cycle,
    );
  const ratios = results.samples
    .filter((sample) => sample.peer === ours.peer && sample.load === ours.load)
    .flatMap(({ round, cycle, perSecond }) => {
      const other = find(round, cycle, theirs);
      return other ? [perSecond / other.perSecond] : [];
    });
  return spreadOf(ratios);
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

/** A server's size, when it was measured. */
export function sizeOf(results: Results, peer: string): number | undefined {
  return results.peers.find(({ name }) => name === peer)?.sizeBytes;
}
