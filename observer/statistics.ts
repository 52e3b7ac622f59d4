/** The value below which `share` (0..1) of the sorted values lie, by nearest rank: always one that was measured. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Sorts a copy of the values, smallest first. */
export const ascending = (values: readonly number[]): number[] => values.toSorted((left, right) => left - right);

/** The value in the middle, of an even number the mean of both; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return below === undefined || above === undefined ? Number.NaN : (below + above) / 2;
}
