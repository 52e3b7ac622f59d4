import { describe, expect, test } from "vitest";
import { comparisonsOf, confidenceOf, differencesOf, leastRounds } from "../../../observer/comparison/differences.ts";
import { seededRandom } from "../../../observer/seeded-random.ts";
import { sampleOf } from "../support/compared.ts";

const told = (...[samples, control]: Parameters<typeof differencesOf>) =>
  differencesOf(samples, control).map(({ measure, better, worse }) => `${better} ${measure.judged.told} ${worse}`);
const p99 = (strategy: string, values: readonly number[]) => sampleOf(strategy, values, (p99Ms) => ({ p99Ms }));
const failed = (strategy: string, values: readonly number[]) => sampleOf(strategy, values, (one) => ({ failed: one }));

describe("a difference is told", () => {
  test("where the intervals part, whichever strategy comes first", () => {
    const [slow, fast] = [p99("slow", [30, 31, 29, 33, 40]), p99("fast", [20, 21, 22, 19, 24])];
    expect(told([slow, fast])).toEqual(["fast answers faster (p99) than slow"]);
    expect(told([fast, slow])).toEqual(["fast answers faster (p99) than slow"]);
  });

  test("of shares of failures, not of their numbers", () => {
    const long = sampleOf("long", [10, 11, 12, 10, 11], (one) => ({ failed: one, requests: 10_000 }));
    const short = sampleOf("short", [8, 9, 8, 9, 8], (one) => ({ failed: one, requests: 1_000 }));
    expect(told([long, short])).toEqual(["long has fewer failures than short"]);
  });

  test("not where the intervals touch, and not where all rollouts are alike", () => {
    expect(told([p99("a", [20, 21, 22, 19, 30]), p99("b", [30, 31, 29, 33, 40])])).toEqual([]);
    expect(told([failed("a", [0, 0, 0, 0, 0]), failed("b", [0, 0, 0, 0, 0])])).toEqual([]);
  });

  test("not by a burst of failures in one rollout: the rollout is the unit", () => {
    expect(told([failed("a", [0, 0, 0, 0, 0, 0]), failed("b", [0, 0, 600, 0, 0, 0])])).toEqual([]);
  });

  test("not from fewer rounds than can tell it from chance", () => {
    const four = [p99("a", [1, 2, 3, 4]), p99("b", [91, 92, 93, 94])];
    expect(told(four)).toEqual([]);
    expect(told([p99("a", [1, 2, 3, 4, 5]), p99("b", [91, 92, 93, 94, 95])])).toHaveLength(1);
    expect(told([...four.slice(0, 1), p99("b", [])])).toEqual([]);
  });

  test("only where it is more than the control's", () => {
    const [a, b] = [p99("a", [20, 21, 22, 19, 24]), p99("b", [30, 31, 29, 33, 40])];
    expect(told([a, b], [a, p99("a again", [22, 23, 24, 25, 21])])).toHaveLength(1);
    // The control's medians differ by 10 ms as those of a and b do.
    expect(told([a, b], [a, p99("a again", [31, 20, 32, 33, 24])])).toEqual([]);
    // Two series of a part from each other: whatever does that may part a and b as well.
    expect(told([a, b], [a, p99("a again", [25, 25.1, 25.2, 25.3, 25.4])])).toEqual([]);
  });
});

describe("no difference is told", () => {
  const [a, b] = [p99("a", [20, 21, 22, 19, 24]), p99("b", [30, 31, 29, 33, 40])];

  test("where the control has no run, or too few", () => {
    expect(told([a, b], [a, p99("a again", [20, 21, 22, 19, 24])])).toHaveLength(1);
    expect(told([a, b], [a, p99("a again", [])])).toEqual([]);
    expect(told([a, b], [a, p99("a again", [20, 21, 22, 19])])).toEqual([]);
  });

  test("by a measure of which the control has no value", () => {
    const withoutP99 = { ...a, changes: a.changes.map(({ p99Ms: _, ...change }) => change) };
    expect(told([a, b], [a, withoutP99])).toEqual([]);
  });

  test("in favour of a strategy of which a rollout failed, and one against it is", () => {
    expect(told([{ ...a, failures: 1 }, b])).toEqual([]);
    expect(told([b, { ...a, failures: 1 }])).toEqual([]);
    expect(told([a, { ...b, failures: 1 }])).toEqual(["a answers faster (p99) than b"]);
  });
});

describe("chance", () => {
  test("has as many comparisons as there are pairs and measures, and shares 5 % among them", () => {
    expect([2, 3, 4].map(comparisonsOf)).toEqual([5, 15, 30]);
    expect(confidenceOf(2)).toBeCloseTo(0.99);
  });

  test.each([
    [2, 5],
    [3, 6],
    [4, 7],
  ])("takes of %i strategies %i rounds", (strategies, rounds) => {
    expect(leastRounds(strategies)).toBe(rounds);
  });

  test.each([5, 6, 7, 8, 12, 20])("parts equal strategies in at most 5 %% of comparisons of %i rounds", (size) => {
    const random = seededRandom(size);
    const values = () => Array.from({ length: size }, random);
    // Independent measures with long tails, in which chance is most often mistaken for a difference.
    const sample = (strategy: string) => {
      const [durations, extra, shares, p50, tail] = [values(), values(), values(), values(), values()];
      return sampleOf(strategy, durations, (value) => {
        const index = durations.indexOf(value);
        return {
          durationMs: 1_000 * value ** -0.5,
          extraPodSeconds: extra[index] ?? 0,
          failed: Math.round(1e6 * (shares[index] ?? 0)),
          requests: 1e6,
          newP50Ms: (p50[index] ?? 0) ** 3,
          p99Ms: 1 / (tail[index] ?? 1),
        };
      });
    };
    const times = 400;
    const wrong = Array.from({ length: times }, () => differencesOf([sample("a"), sample("b")]).length > 0);
    // 20 of 400 are 5 %; by chance it may be 33 (three standard deviations).
    expect(wrong.filter(Boolean).length).toBeLessThanOrEqual(33);
  });
});
