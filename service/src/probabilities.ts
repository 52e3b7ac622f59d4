// Trees that a graph sums up in float32 give 1.0000001: what is rounded away is no fault of the model.
const ROUNDING = 1e-5;

/** Takes what only rounding has put outside of 0 to 1 back into it, in place; all else, NaN too, is left. */
export function roundIn(probabilities: Float32Array): Float32Array {
  for (let at = 0; at < probabilities.length; at += 1) {
    const value = probabilities[at] as number;
    if (value > 1 && value <= 1 + ROUNDING) probabilities[at] = 1;
    else if (value < 0 && value >= -ROUNDING) probabilities[at] = 0;
  }
  return probabilities;
}

/** The probabilities of the second class, of `count` rows with those of both. */
export function secondsOf(both: Float32Array, count: number): Float32Array {
  const seconds = new Float32Array(count);
  for (let row = 0; row < count; row += 1) seconds[row] = both[2 * row + 1] as number;
  return seconds;
}
