/**
 * The quantile of sorted values by nearest rank: the smallest value such that `share` (0..1) of all values are no larger. It is
 * always one of the values: of 10, 20, 30 and 40 the quantile 0.5 is 20, and 0.9 is 40. Undefined without values.
 */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Sorts a copy of the values, smallest first. */
export const ascending = (values: readonly number[]): number[] => values.toSorted((left, right) => left - right);

/** The smallest of any number of values, as Math.min has it, which takes no more than a hundred thousand at once. */
export const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);

/** The greatest of any number of values, as Math.max has it. */
export const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);

/** The middle value; the mean of the two middle ones where the number of values is even; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return below === undefined || above === undefined ? Number.NaN : (below + above) / 2;
}
