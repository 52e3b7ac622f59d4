/**
 * Makes a function that gives numbers from 0 up to, and without, 1. The seed (a whole number) decides all of them, so that whoever
 * knows it gets the same order again.
 *
 * Source: G. Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (2003), the triple 13, 17, 5 on 32 bits.
 */
export function seededRandom(seed: number): () => number {
  // Zero is the one state that the generator cannot leave.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // The first numbers of neighbouring seeds resemble each other.
  for (let discarded = 0; discarded < 16; discarded += 1) next();
  return next;
}

/** A copy in random order, each order as likely as any other (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const all = [...values];
  for (let left = all.length - 1; left > 0; left -= 1) {
    const [chosen] = all.splice(Math.floor(random() * (left + 1)), 1);
    if (chosen !== undefined) all.push(chosen);
  }
  return all;
}
