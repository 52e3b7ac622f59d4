import { describe, expect, test } from "vitest";
import { medianInterval } from "../../observer/median-interval.ts";
import { seededRandom } from "../../observer/seeded-random.ts";
import { ascending, median } from "../../observer/statistics.ts";

const random = seededRandom(7);
const sample = (size: number) => Array.from({ length: size }, () => Math.round(random() ** 3 * 1_000));

/** The share of drawn resamples whose median is at most `bound`. */
function drawnShare(values: readonly number[], bound: number): number {
  const draws = 20_000;
  let below = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const resample = values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN);
    if (median(resample) <= bound) below += 1;
  }
  return below / draws;
}

describe("the interval of a median", () => {
  test("is that of the header's example", () => {
    expect(medianInterval([60, 36, 41, 39, 38], 0.95)).toEqual({ median: 39, least: 36, most: 60 });
    // 5.8 % of the resamples have the least value as their median.
    expect(medianInterval([60, 36, 41, 39, 38], 0.88)).toEqual({ median: 39, least: 38, most: 41 });
  });

  test.each([3, 4, 6, 7, 10, 15, 20, 40])("of %i values cuts off what drawn resamples say", (size) => {
    const values = sample(size);
    const interval = medianInterval(values, 0.9);
    const { least, most } = interval ?? { least: Number.NaN, most: Number.NaN };
    // As many medians lie below the lower bound as the tail allows, and with the bound itself more than that.
    expect(drawnShare(values, least - 0.25)).toBeLessThan(0.056);
    expect(drawnShare(values, least)).toBeGreaterThan(0.044);
    expect(drawnShare(values, most - 0.25)).toBeLessThan(0.956);
    expect(drawnShare(values, most)).toBeGreaterThan(0.944);
  });

  test.each([1, 2, 3, 4, 5])("of %i values reaches from the least to the most", (size) => {
    const values = sample(size);
    const sorted = ascending(values);
    expect(medianInterval(values, 0.95)).toMatchObject({ least: sorted[0], most: sorted.at(-1) });
  });

  test("has no length where all values are the same, and there is none without values", () => {
    expect(medianInterval([0, 0, 0, 0, 0, 0], 0.95)).toEqual({ median: 0, least: 0, most: 0 });
    expect(medianInterval([], 0.95)).toBeUndefined();
  });

  test("narrows with more values, and widens with more confidence", () => {
    const values = sample(40);
    const length = (some: readonly number[], confidence: number) => {
      const interval = medianInterval(some, confidence);
      return interval ? interval.most - interval.least : Number.NaN;
    };
    expect(length(values, 0.95)).toBeLessThan(length(values.slice(0, 8), 0.95));
    expect(length(values, 0.99)).toBeGreaterThan(length(values, 0.8));
  });
});
