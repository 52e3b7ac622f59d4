import { type Span, totalMs } from "./span.ts";

/** A number that does not change during a span (ms), and the ids of the events that made it so. */
export type Level = Span & { readonly value: number; readonly eventIds: readonly number[] };

/** A step function of time: each level begins where the one before ends. */
export type Levels = readonly Level[];

/** From this instant on the number is greater by `by`, or less where `by` is negative. */
export type Change = { readonly atMs: number; readonly by: number; readonly eventId?: number };

/**
 * Adds up changes, from the number 0 at time 0 to `endMs`. Changes at one instant become one level, so no level has zero length.
 *
 * Example: +1 at 2 s, +1 and -1 at 5 s, +1 at 7 s, end at 9 s: 0 in 0..2 s, 1 in 2..5 s, 1 in 5..7 s, and 2 in 7..9 s. The two
 * levels of 1 stay apart, as other events made them.
 */
export function levelsOf(changes: readonly Change[], endMs: number): Levels {
  const sorted = changes.toSorted((a, b) => a.atMs - b.atMs);
  const levels: { fromMs: number; value: number; eventIds: number[] }[] = [{ fromMs: 0, value: 0, eventIds: [] }];
  let value = 0;
  for (const { atMs, by, eventId } of sorted) {
    value += by;
    const last = levels.at(-1);
    const evidence = eventId === undefined ? [] : [eventId];
    if (last?.fromMs === atMs) Object.assign(last, { value, eventIds: [...last.eventIds, ...evidence] });
    else levels.push({ fromMs: atMs, value, eventIds: evidence });
  }
  return levels
    .map((level, index) => ({ ...level, untilMs: levels[index + 1]?.fromMs ?? Math.max(endMs, level.fromMs) }))
    .filter(({ fromMs, untilMs }) => untilMs > fromMs);
}

/** The level with the smallest value; of several, the earliest. Undefined without levels. */
export const lowest = (levels: Levels): Level | undefined => levels.toSorted((a, b) => a.value - b.value)[0];

/** The level with the largest value; of several, the earliest. Undefined without levels. */
export const highest = (levels: Levels): Level | undefined => levels.toSorted((a, b) => b.value - a.value)[0];

/**
 * The unbroken stretches in which the number is above a bound, each with the largest value in it.
 *
 * Example: 3 in 0..4 s, 4 in 4..5 s, 5 in 5..6 s, 3 in 6..9 s, 4 in 9..10 s. Above 3 there are two stretches: 4..6 s with 5, and
 * 9..10 s with 4.
 */
export function stretchesAbove(levels: Levels, bound: number): Levels {
  const stretches: Level[] = [];
  for (const level of levels.filter(({ value }) => value > bound)) {
    const last = stretches.at(-1);
    if (last?.untilMs !== level.fromMs) stretches.push(level);
    else {
      const { fromMs, value, eventIds } = last;
      const joined = { fromMs, value: Math.max(value, level.value), eventIds: [...eventIds, ...level.eventIds] };
      stretches[stretches.length - 1] = { ...joined, untilMs: level.untilMs };
    }
  }
  return stretches;
}

/** How long two step functions are both high enough, and how near they come to it. */
export type Overlap = {
  readonly totalMs: number;
  /** The two numbers at the best instant: the greatest sum in the overlap, or the nearest to one where there is no overlap. */
  readonly nearest: { readonly first: number; readonly second: number };
  /** Ids of the events that began and ended the overlap; without an overlap, of those that brought it nearest. */
  readonly evidence: readonly number[];
};

type Piece = { fromMs: number; untilMs: number; first: number; second: number; eventIds: readonly number[] };

/**
 * Finds where two step functions overlap: where the one has at least `atLeast.first` and the other at least `atLeast.second`.
 *
 * It cuts both at every instant at which either of them changes. In each piece neither changes, so a piece overlaps as a whole or
 * not at all. `totalMs` is the length of all pieces that do. Without any, the nearest piece is that with the greatest sum, where
 * neither number counts for more than is asked of it: 9 old pods do not make up for a missing new one.
 *
 * Example: two old pods are Ready until 6 s, and 2 old and 2 new ones are asked for. The recording ends at 10 s.
 * | new pods Ready from | pieces (old, new) | overlap |
 * |---|---|---|
 * | 4 s and 4 s | 0..4 s (2, 0), 4..6 s (2, 2), 6..10 s (0, 2) | 2 s; nearest 2 and 2; the events at 4 s and 6 s |
 * | 4 s and 6 s | 0..4 s (2, 0), 4..6 s (2, 1), 6..10 s (0, 2) | none; nearest 2 and 1; the event at 4 s |
 */
export function overlapOf(one: Levels, other: Levels, atLeast: { first: number; second: number }): Overlap {
  const pieces = piecesOf(one, other);
  const isBoth = (piece: Piece) => piece.first >= atLeast.first && piece.second >= atLeast.second;
  const both = pieces.filter(isBoth);
  const isHit = both.length > 0;
  const worth = ({ first, second }: Piece) =>
    isHit ? first + second : Math.min(first, atLeast.first) + Math.min(second, atLeast.second);
  const nearest = (isHit ? both : pieces).toSorted((a, b) => worth(b) - worth(a))[0];
  const after = pieces.filter((piece, index) => !isBoth(piece) && index > 0 && isBoth(pieces[index - 1] ?? piece));
  return {
    totalMs: totalMs(both),
    nearest: { first: nearest?.first ?? 0, second: nearest?.second ?? 0 },
    evidence: [
      ...new Set([...(isHit ? [...both, ...after] : nearest ? [nearest] : []).flatMap(({ eventIds }) => eventIds)]),
    ],
  };
}

function piecesOf(one: Levels, other: Levels): Piece[] {
  const pieces: Piece[] = [];
  for (const first of one) {
    for (const second of other) {
      const fromMs = Math.max(first.fromMs, second.fromMs);
      const untilMs = Math.min(first.untilMs, second.untilMs);
      if (untilMs <= fromMs) continue;
      // A piece begins with the later of its two levels, so the events of that level began it.
      const eventIds = [
        ...(first.fromMs >= fromMs ? first.eventIds : []),
        ...(second.fromMs >= fromMs ? second.eventIds : []),
      ];
      pieces.push({ fromMs, untilMs, first: first.value, second: second.value, eventIds });
    }
  }
  return pieces.toSorted((a, b) => a.fromMs - b.fromMs);
}
