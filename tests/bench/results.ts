import type { LoadName, Results } from "../../bench/results.ts";

/** A run of `rounds` rounds in which each server always has the same figures. */
export function resultsOf(
  servers: Readonly<
    Record<
      string,
      Partial<Record<LoadName | "startMs" | "pssBytes" | "rssBytes" | "sizeBytes" | "p99Ms" | "notFoundP99Ms", number>>
    >
  >,
  rounds = 2,
): Results {
  const all = Object.entries(servers).flatMap(([peer, figures]) =>
    Array.from({ length: rounds }, (_, index) => ({ peer, figures, round: index + 1 })),
  );
  const figuresOf = (which: "startMs" | "pssBytes" | "rssBytes") =>
    all.flatMap(({ peer, figures, round }) => {
      const value = figures[which];
      return value === undefined ? [] : [{ peer, round, value }];
    });
  return {
    time: "2026-01-02T03:04:05Z",
    machine: { processor: "2 x test" },
    rounds,
    quick: false,
    peers: Object.entries(servers).map(([name, { sizeBytes }]) => ({
      name,
      title: name,
      note: "a note",
      version: "1.0",
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    })),
    offeredPerSecond: 500,
    samples: all.flatMap(({ peer, figures, round }) =>
      (["single", "batch", "binary"] as const).flatMap((load) => {
        const perSecond = figures[load];
        if (perSecond === undefined) return [];
        return [{ peer, load, round, cycle: 0, perSecond, cpuMicrosecondsPerRequest: 1e6 / perSecond, failures: 0 }];
      }),
    ),
    latencies: all.flatMap(({ peer, figures: { p99Ms, notFoundP99Ms }, round }) =>
      p99Ms === undefined
        ? []
        : [
            {
              peer,
              round,
              p50Ms: p99Ms / 2,
              p99Ms,
              answers: 10,
              failures: 0,
              perSecond: 500,
              ...(notFoundP99Ms !== undefined && { notFoundP99Ms }),
            },
          ],
    ),
    firstAnswersMs: figuresOf("startMs"),
    pssBytes: figuresOf("pssBytes"),
    rssBytes: figuresOf("rssBytes"),
  };
}
