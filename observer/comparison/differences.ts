import jstat from "jstat";
import { type MedianInterval, medianInterval } from "../median-interval.ts";
import { CONFIDENCE } from "../share-interval.ts";
import type { ComparedChange } from "./change.ts";
import { JUDGED, type JudgedMeasure, type Measure } from "./measures.ts";

/** The rollouts of one strategy that count. The rollout is the unit: failures come in bursts, so requests are not independent. */
export type Sample = {
  readonly strategy: string;
  /** Of the rollouts that completed. */
  readonly changes: readonly ComparedChange[];
  /** How many rollouts of the strategy failed. They have no figures, and are worse than any that has. */
  readonly failures: number;
};

/** A difference that is more than chance and noise: by this measure `better` is better than `worse`. */
export type Difference = {
  readonly measure: JudgedMeasure;
  readonly better: string;
  readonly worse: string;
  readonly intervals: { readonly better: MedianInterval; readonly worse: MedianInterval };
};

/** How many comparisons there are between strategies: each pair of them by each judged measure. */
export const comparisonsOf = (strategies: number): number => (JUDGED.length * strategies * (strategies - 1)) / 2;

/**
 * The confidence (0..1) of each interval, such that all comparisons together are wrong in at most 5 % of cases (Bonferroni).
 *
 * Example: two strategies are compared by five measures: 99 %.
 */
export const confidenceOf = (strategies: number): number =>
  1 - (1 - CONFIDENCE) / Math.max(1, comparisonsOf(strategies));

/** The interval of a measure's median, at the confidence that so many strategies need; undefined where it was never measured. */
export const intervalOf = (
  { value }: Pick<Measure, "value">,
  { changes }: Pick<Sample, "changes">,
  strategies: number,
): MedianInterval | undefined => medianInterval(valuesOf(value, changes), confidenceOf(strategies));

const valuesOf = (value: Measure["value"], changes: readonly ComparedChange[]): readonly number[] =>
  changes.flatMap((change) => value(change) ?? []);

/**
 * The least number of rounds in which so many strategies can be told apart at all. Few rollouts part by chance: all values of one
 * of two equal strategies lie above the other's in 2 of 20 cases with three rollouts of each, in 2 of 252 with five. Intervals that
 * reach from the least to the most then part as often, so it takes as many as make that rare enough for all comparisons together.
 *
 * Example: two strategies, five comparisons: five rounds (2/252 x 5 = 4.0 %); four would be wrong too often (2/70 x 5 = 14 %).
 */
export function leastRounds(strategies: number): number {
  let rounds = 1;
  while (!isEnough(rounds, rounds, strategies)) rounds += 1;
  return rounds;
}

const isEnough = (one: number, other: number, strategies: number): boolean =>
  one > 0 && other > 0 && (2 / jstat.jStat.combination(one + other, one)) * comparisonsOf(strategies) <= 1 - CONFIDENCE;

/**
 * Tells which strategies differ. By a measure one is better than another only where their intervals part, where their medians
 * differ by more than those of the control (the noise floor), and where the control does not part from itself. A control of too
 * few rollouts tells no noise floor, and so no difference. A strategy of which a rollout failed is better than none: its figures are
 * those of the rollouts that went well.
 *
 * Example at 99 %: p99 of rolling 21 ms (19 to 24), of canary 31 ms (28 to 40). The intervals part; if two series of rolling differ by 3 ms, rolling is
 * faster, and if they differ by 11 ms, nothing is told.
 */
export function differencesOf(samples: readonly Sample[], control?: readonly [Sample, Sample]): Difference[] {
  const strategies = samples.length;
  return JUDGED.flatMap((measure) => {
    const noise = control ? noiseOf(measure, control, strategies) : 0;
    if (noise === undefined) return [];
    return samples.flatMap((one, index) =>
      samples.slice(index + 1).flatMap((other) => {
        const difference = parted(measure, one, other, strategies);
        if (!difference || [one, other].some((each) => each.failures > 0 && each.strategy === difference.better))
          return [];
        const { better, worse } = difference.intervals;
        return worse.median - better.median > noise ? [difference] : [];
      }),
    );
  });
}

/**
 * By how much the medians of two series of one strategy differ; without a limit where even their intervals part. Undefined where
 * they have too few values to part at all.
 */
export function noiseOf(
  measure: JudgedMeasure,
  [one, other]: readonly [Sample, Sample],
  strategies: number,
): number | undefined {
  const [left, right] = [one, other].map((sample) => ({
    size: valuesOf(measure.value, sample.changes).length,
    median: intervalOf(measure, sample, strategies)?.median,
  }));
  if (left?.median === undefined || right?.median === undefined) return undefined;
  if (!isEnough(left.size, right.size, strategies)) return undefined;
  return parted(measure, one, other, strategies) ? Number.POSITIVE_INFINITY : Math.abs(left.median - right.median);
}

function parted(measure: JudgedMeasure, one: Sample, other: Sample, strategies: number): Difference | undefined {
  const [left, right] = [one, other].map(({ strategy, changes }) => ({
    strategy,
    size: valuesOf(measure.value, changes).length,
    interval: intervalOf(measure, { changes }, strategies),
  }));
  if (!left?.interval || !right?.interval || !isEnough(left.size, right.size, strategies)) return undefined;
  const [better, worse] = left.interval.most < right.interval.least ? [left, right] : [right, left];
  if (!better.interval || !worse.interval || better.interval.most >= worse.interval.least) return undefined;
  const intervals = { better: better.interval, worse: worse.interval };
  return { measure, better: better.strategy, worse: worse.strategy, intervals };
}
