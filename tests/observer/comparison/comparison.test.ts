import { describe, expect, test } from "vitest";
import { comparisonData, comparisonOf } from "../../../observer/comparison/comparison.ts";
import { comparisonText } from "../../../observer/comparison/table-text.ts";
import { changed, oneRound, rounds, runOf, sampleOf } from "../support/compared.ts";

const five = [0, 1, 2, 3, 4];
const rolling = sampleOf("rolling", five, (one) => ({ durationMs: 38_000 + one * 500, extraPodSeconds: 12 + one }));
const canary = sampleOf("canary", five, (one) => ({ durationMs: 80_000 + one * 500, extraPodSeconds: 12.4 + one }));
const recreate = sampleOf("recreate", five, (one) => ({ extraPodSeconds: 0, failed: 900 + one, durationMs: 30_000 }));

describe("the cheapest strategy", () => {
  const cheapest = (...samples: Parameters<typeof rounds>[0][]) => rounds(samples.flat()).sentences[0];

  test("is named among those that are not worse for users, with its cost", () => {
    expect(cheapest([rolling, recreate])).toBe(
      "Of the strategies that are not worse for users, rolling is the cheapest: 14.0 pod-seconds beyond the old pods and 39.0 s (medians).",
    );
  });

  test("is the faster one where pod-seconds cannot be told apart", () => {
    expect(cheapest([canary, rolling])).toMatch(/, rolling is the cheapest: 14\.0 pod-seconds/);
  });

  test("says whose cost cannot be told from it", () => {
    const alike = sampleOf("alike", five, (one) => ({ durationMs: 38_200 + one * 500, extraPodSeconds: 13 + one }));
    expect(cheapest([rolling, alike])).toMatch(/\(medians\); what alike costs cannot be told from it\.$/);
  });

  test("is none where each strategy is worse by something that users meet", () => {
    const slow = sampleOf("slow", five, (one) => ({ p99Ms: 90 + one }));
    const failing = sampleOf("failing", five, (one) => ({ failed: 90 + one }));
    expect(cheapest([slow, failing])).toMatch(/^No strategy is named as the cheapest/);
  });

  test("is not named from one run, which says little", () => {
    const { sentences } = oneRound([changed(), changed({ experiment: "recreate", failed: 900 })]);
    expect(sentences).toEqual([
      expect.stringMatching(/^One run of each strategy says little: .*--repeat 5 is the least/),
    ]);
  });

  test("is not named from too few", () => {
    const few = { ...canary, changes: canary.changes.slice(0, 3) };
    expect(rounds([rolling, few]).sentences[0]).toBe(
      "Too few runs count to tell 2 strategies apart by more than chance: it takes 5 of each, and canary has 3.",
    );
  });
});

describe("a rollout that failed", () => {
  const why = "step change failed: Deployment web exceeded its progress deadline";
  const wanted = { strategies: ["rolling", "recreate"], repeat: 6, seed: 5 };
  /** Six rounds; the rollouts of `failing` fail in rounds 2 and 3, if any do. */
  const comparison = (failing?: string, isControl = false) =>
    comparisonOf(
      wanted,
      [1, 2, 3, 4, 5, 6].flatMap((round) =>
        [
          runOf("rolling", { round, change: changed({ extraPodSeconds: 12 + round }) }),
          runOf("rolling", { round, change: changed({ extraPodSeconds: 12 + round }), isControl: true }),
          runOf("recreate", { round, change: changed({ extraPodSeconds: round / 10, durationMs: 20_000 }) }),
        ].map(({ change, ...run }) =>
          run.strategy === failing && run.isControl === isControl && (round === 2 || round === 3)
            ? { ...run, failed: why }
            : { ...run, ...(change && { change }) },
        ),
      ),
    );

  test("is named first, and its strategy is never the cheapest, however little the others cost", () => {
    expect(comparison().sentences[0]).toMatch(/, recreate is the cheapest: /);
    const [first, second] = comparison("recreate").sentences;
    expect(first).toBe(
      `2 of 6 rollouts of recreate failed (in round 2 ${why}; in round 3 ${why}): recreate is told to be better than no other strategy, and is never the cheapest.`,
    );
    expect(second).toMatch(/, rolling is the cheapest: /);
    expect(comparison("recreate").differences).toEqual([]);
  });

  test("of the control is one of its strategy", () => {
    const { sentences } = comparison("rolling", true);
    expect(sentences[0]).toMatch(/^2 of 12 rollouts of rolling failed/);
    expect(sentences.join()).not.toContain("rolling is the cheapest");
  });

  test("is named first after one round as well, and is in the table and in the data", () => {
    const { change: _, ...run } = runOf("canary", { failed: why });
    const one = comparisonOf({ strategies: ["rolling", "canary"], repeat: 1, seed: 1 }, [runOf("rolling"), run]);
    expect(one.sentences[0]).toMatch(/^1 of 1 rollout of canary failed \(in round 1 step change failed/);
    expect(comparisonText(one)).toMatch(/canary +failed\n/);
    expect(JSON.stringify(comparisonData(one))).toContain(`"failed":"${why}"`);
  });
});

describe("a control with too few runs", () => {
  test("leaves nothing to be told, in sentences and in data", () => {
    const few = { ...rolling, changes: rolling.changes.slice(0, 4) };
    const comparison = rounds([rolling, recreate], few);
    expect(comparison.sentences).toEqual([
      "The control has too few runs to tell how far two series of one strategy differ: it takes 5 of each, and rolling has 5 and " +
        "rolling again has 4. So neither a difference nor the cheapest strategy is told.",
    ]);
    expect(comparisonData(comparison)).toMatchObject({ differences: [] });
  });

  test("by one measure leaves the others, and says so", () => {
    const unmeasured = { ...rolling, changes: rolling.changes.map(({ p99Ms: _, ...change }) => change) };
    expect(rounds([rolling, recreate], unmeasured).sentences.at(-1)).toBe(
      "The control has too few runs with a value of p99: no difference is told by it.",
    );
  });

  test("no difference is in the data where too few runs count to tell one", () => {
    const third = { ...canary, changes: canary.changes.slice(0, 2) };
    const six = (sample: typeof rolling) => ({
      ...sample,
      changes: [...sample.changes, ...sample.changes.slice(0, 1)],
    });
    expect(rounds([six(rolling), six(recreate), third]).differences).toEqual([]);
  });
});

describe("what a comparison says", () => {
  test("names each difference with both intervals, and the measures that tell none", () => {
    expect(rounds([rolling, recreate]).sentences).toEqual([
      expect.stringContaining("rolling is the cheapest"),
      "recreate takes less time than rolling: 30.0 s (30.0 s to 30.0 s) against 39.0 s (38.0 s to 40.0 s).",
      "recreate takes fewer pod-seconds than rolling: 0.0 pod-s (0.0 pod-s to 0.0 pod-s) against 14.0 pod-s (12.0 pod-s to 16.0 pod-s).",
      "rolling has fewer failures than recreate: 0.0 % (0.0 % to 0.0 %) against 22.6 % (22.5 % to 22.6 %).",
      "No difference is told by new p50 and p99.",
      "Noise floor: two series of rolling differ by 0.0 s (duration), 0.0 pod-s (extra pods), 0.0 % (failed), 0.0 ms (new p50) and 0.0 ms (p99); no smaller difference is told.",
    ]);
  });

  test("says where the control parts from itself", () => {
    const late = sampleOf("rolling", five, (one) => ({ p99Ms: 200 + one }));
    expect(rounds([rolling, canary], late).sentences.at(-1)).toBe(
      "Two series of rolling part from each other by p99: no difference is told by it.",
    );
  });

  test("names the runs that do not count, and whether they were repeated", () => {
    const starved = "88 % of this machine's CPU was taken by others";
    const runs = [
      runOf("rolling", { leftOut: starved }),
      runOf("canary", { leftOut: starved }),
      runOf("rolling", { folder: "reports/rolling/2" }),
    ];
    const comparison = comparisonOf({ strategies: ["rolling", "canary"], repeat: 1, seed: 1 }, runs);
    expect(comparison.sentences.slice(1)).toEqual([
      `Left out and repeated: rolling in round 1, because ${starved}.`,
      `Left out: canary in round 1, because ${starved}.`,
    ]);
    expect(comparison.samples.map(({ changes }) => changes.length)).toEqual([1, 0]);
  });
});

describe("as text", () => {
  test("one round shows each run by measure, failures with their bounds", () => {
    const lines = comparisonText(oneRound([changed(), changed({ experiment: "recreate", failed: 310 })])).split("\n");
    expect(lines).toContain("failed        rolling   0 of 4,000 (at most 0.07 %)");
    expect(lines).toContain("              recreate  310 of 4,000 (7.1 % to 8.5 %)");
    expect(Math.max(...lines.slice(0, 15).map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test("several rounds show medians with intervals, the control last", () => {
    const text = comparisonText(rounds([rolling, canary]));
    expect(text).toContain(`
duration      rolling        39.0 s      38.0 s to 40.0 s          5
              canary         81.0 s      80.0 s to 82.0 s          5
              rolling again  39.0 s      38.0 s to 40.0 s          5
`);
  });
});

test("as data it has every run, every median and what is told", () => {
  const data = JSON.parse(JSON.stringify(comparisonData(rounds([rolling, recreate]))));
  expect(data).toMatchObject({ format: 1, strategies: ["rolling", "recreate"], repeat: 5, seed: 5 });
  expect(data.runs).toHaveLength(15);
  expect(data.differences).toContainEqual({ measure: "failed", better: "rolling", worse: "recreate" });
  expect(data.medians).toContainEqual({
    ...{ strategy: "rolling again", measure: "duration", unit: "s", runs: 5 },
    ...{ median: 39, least: 38, most: 40 },
  });
});
