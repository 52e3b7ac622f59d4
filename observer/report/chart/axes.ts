import type { Frame } from "./panel.ts";

/** At most five ticks on round whole numbers. */
export function wholeTicks(most: number): number[] {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 3, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

/** A logarithm needs a least value; no answer of a server is as quick. */
export const LEAST_MS = 0.1;

const ROUND_MS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000];

/** A logarithmic axis between round numbers; every second of them is left out where the axis is long. */
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

/** Pixels from the left of an instant. */
export const placeMs = (frame: Frame, untilMs: number, atMs: number): number =>
  frame.left + ((frame.width - frame.left - frame.right) * Math.min(Math.max(atMs, 0), untilMs)) / untilMs;
