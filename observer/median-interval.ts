import jstat from "jstat";
import { ascending, median } from "./statistics.ts";

const { beta, combination } = jstat.jStat;

/** The median of values, and the bounds between which the true one lies, in the values' unit. */
export type MedianInterval = { readonly median: number; readonly least: number; readonly most: number };

/**
 * The median with its percentile bootstrap interval: the bounds that cut off (1 - confidence) / 2 of the medians of all resamples on
 * either side. Nothing is drawn: the share of resamples with a certain median follows from their number, so the same values always
 * have the same interval. Undefined without values.
 *
 * Example: of 36, 38, 39, 41 and 60 s the median is 39 s. A resample of five has the median 36 s if three or more of its values are
 * 36 s, which 5.8 % of all resamples do; since that is more than 2.5 %, the interval at 95 % is 36 to 60 s. Of five values it is
 * always from the least to the most.
 *
 * Source: B. Efron, The jackknife, the bootstrap and other resampling plans (1982), chapter 10.
 */
export function medianInterval(values: readonly number[], confidence: number): MedianInterval | undefined {
  if (values.length === 0) return undefined;
  const medians = resampledMedians(ascending(values));
  const tail = (1 - confidence) / 2;
  return {
    median: median(values),
    least: firstBeyond(tail, medians) ?? Number.NaN,
    most: firstBeyond(tail, medians.toReversed()) ?? Number.NaN,
  };
}

/** The median of some resamples, and which share of all resamples has it. */
type Weighed = { readonly value: number; readonly share: number };

function firstBeyond(tail: number, medians: readonly Weighed[]): number | undefined {
  let sum = 0;
  for (const { value, share } of medians) {
    sum += share;
    // Shares are rounded: a tail that is met exactly is not exceeded.
    if (sum > tail + 1e-9) return value;
  }
  return undefined;
}

/**
 * All medians that resamples of sorted values can have, the smallest first. A resample draws as many values as there are, each of
 * them with the same probability every time.
 *
 * With n odd the median is the middle draw. With n even it is the mean of draw m = n / 2 and the next one: these are the values
 * of ranks i < j where m draws have i as their highest rank and the others j as their lowest.
 */
function resampledMedians(sorted: readonly number[]): readonly Weighed[] {
  const size = sorted.length;
  const middle = Math.ceil(size / 2);
  // The share of resamples whose middle draw has rank `rank` or less.
  const upTo = (rank: number) =>
    rank === 0 ? 0 : rank === size ? 1 : beta.cdf(rank / size, middle, size - middle + 1);
  const exactly = (rank: number) => upTo(rank) - upTo(rank - 1);
  if (size % 2 === 1) return sorted.map((value, index) => ({ value, share: exactly(index + 1) }));

  const ways = combination(size, middle);
  const highest = (rank: number) => (rank / size) ** middle - ((rank - 1) / size) ** middle;
  const medians = sorted.flatMap((value, index): Weighed[] => {
    const above = sorted.slice(index + 1).map((other, further) => ({
      value: (value + other) / 2,
      // The lowest rank of draws is the highest one counted from above.
      share: ways * highest(index + 1) * highest(size - index - 1 - further),
    }));
    const both = exactly(index + 1) - above.reduce((sum, { share }) => sum + share, 0);
    return [{ value, share: both }, ...above];
  });
  return medians.toSorted((left, right) => left.value - right.value);
}
