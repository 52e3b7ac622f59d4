/** Pseudo-random numbers from 0 to 1; a seed always gives the same ones (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws values from pseudo-random numbers. */
export function dice(random: () => number) {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  return {
    /** A whole number from 0 to `most`. */
    upTo,
    oneOf: <Value>(values: readonly [Value, ...Value[]]): Value => values[upTo(values.length - 1)] ?? values[0],
    /** True about once in `times` calls. */
    onceIn: (times: number): boolean => upTo(times - 1) === 0,
  };
}
