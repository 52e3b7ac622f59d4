import type { Frame } from "./panel.ts";

/**
 * Whole ticks from 0 to `most` (1 or more), at most four, at steps of 1, 2, 3 or 5 times a power of ten: a third of `most`,
 * rounded up to such a step.
 *
 * Examples: 1 gives 0, 1. 6 gives 0, 2, 4, 6. 14 gives 0, 5, 10. 50 gives 0, 20, 40. 120 gives 0, 50, 100.
 */
export function wholeTicks(most: number): number[] {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 3, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

/** Smallest value (ms) of a latency axis, as a logarithmic axis cannot show 0. Answers take longer than this. */
export const LEAST_MS = 0.1;

const ROUND_MS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000];

/**
 * A logarithmic axis (ms) from a round number below the values to a round number above them. Round numbers are 1 and 3 times
 * powers of ten. Each of them is a tick; of more than four, only the powers of ten.
 *
 * Examples: 2..40 ms gives an axis of 1..100 ms with ticks at 1, 10, 100. 12..25 ms gives 10..30 ms with ticks at 10, 30.
 */
export function logAxis(
  leastMs: number,
  mostMs: number,
): { readonly domain: [number, number]; readonly ticks: number[] } {
  const from = ROUND_MS.findLast((round) => round <= leastMs) ?? LEAST_MS;
  const until = ROUND_MS.find((round) => round >= mostMs) ?? mostMs;
  const inside = ROUND_MS.filter((round) => round >= from && round <= until);
  const ticks = inside.length <= 4 ? inside : inside.filter((round) => Number.isInteger(Math.log10(round)));
  return { domain: [from, until], ticks };
}

/**
 * Place of an instant on the time axis, in pixels from the left. The axis ends at `untilMs`; instants outside it move to its
 * ends.
 */
export const placeMs = (frame: Frame, untilMs: number, atMs: number): number =>
  frame.left + ((frame.width - frame.left - frame.right) * Math.min(Math.max(atMs, 0), untilMs)) / untilMs;
