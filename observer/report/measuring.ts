import type { Recording } from "../events.ts";
import { loadPath } from "./load-path.ts";

/** How the recording was made, and how good it is. */
export type Measuring = {
  readonly ratePerSecond: number;
  readonly loadFrom: string;
  /** The cluster's clock minus the host's, by the comparison of the smallest uncertainty with each peer. */
  readonly clocks: readonly { readonly peer: string; readonly offsetMs: number; readonly uncertaintyMs: number }[];
  /** CPU cores that the observer used on average. */
  readonly observerCores?: number;
  /** Set where the load ran in the cluster, so that the observer's cost does not include it. */
  readonly observerWithoutLoad?: true;
  readonly observerRssBytes?: number;
  readonly observerEventLoopP99Ms?: number;
  readonly gaps: readonly {
    readonly source: string;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly why: string;
  }[];
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
};

export function measuringOf({ header, events }: Recording): Measuring {
  const load = events.find((event) => event.type === "load-started");
  const observed = events.filter((event) => event.type === "observer");
  const [first, last] = [observed[0], observed.at(-1)];
  const elapsedMs = first && last ? last.atMs - first.atMs : 0;
  const clocks = Map.groupBy(
    events.filter((event) => event.type === "clock"),
    ({ peer }) => peer,
  );
  return {
    ratePerSecond: header.ratePerSecond,
    loadFrom: load ? `${load.url} (${loadPath(load)})` : "no load",
    clocks: [...clocks].flatMap(([peer, compared]) => {
      const [best] = compared.toSorted((left, right) => left.uncertaintyMs - right.uncertaintyMs);
      return best ? [{ peer, offsetMs: best.offsetMs, uncertaintyMs: best.uncertaintyMs }] : [];
    }),
    ...(first && last && elapsedMs > 0
      ? { observerCores: ((last.cpuSeconds - first.cpuSeconds) * 1000) / elapsedMs }
      : {}),
    ...(load?.from === "cluster" ? { observerWithoutLoad: true } : {}),
    ...(last ? { observerRssBytes: last.rssBytes, observerEventLoopP99Ms: last.eventLoopP99Ms } : {}),
    gaps: events
      .filter((event) => event.type === "gap")
      .map(({ source, fromMs, untilMs, why }) => ({ source, fromMs, untilMs, why })),
    machine: header.machine,
    versions: header.versions,
  };
}
