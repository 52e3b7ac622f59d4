/** A number that stands from one instant to the next, and the events that made it; times in ms. */
export type Level = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly value: number;
  readonly eventIds: readonly number[];
};

/** A step function of time: levels that follow one another without a hole. */
export type Levels = readonly Level[];

/** One more (or fewer) from an instant on. */
export type Change = { readonly atMs: number; readonly by: number; readonly eventId?: number };

/** Adds up changes from 0 on; what several of one instant make together is one level, so nothing stands for no time. */
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

/** The part of a step function that lies within a span. */
export function within(levels: Levels, { fromMs, untilMs }: { fromMs: number; untilMs: number }): Levels {
  return levels
    .filter((level) => level.untilMs > fromMs && level.fromMs < untilMs)
    .map((level) => ({
      ...level,
      fromMs: Math.max(level.fromMs, fromMs),
      untilMs: Math.min(level.untilMs, untilMs),
    }));
}

/** The level with the smallest value, the first of several. */
export const lowest = (levels: Levels): Level | undefined => levels.toSorted((a, b) => a.value - b.value)[0];

/** The level with the largest value, the first of several. */
export const highest = (levels: Levels): Level | undefined => levels.toSorted((a, b) => b.value - a.value)[0];

/** The stretches without a break in which the number is above a bound; each with the largest value in it. */
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

/** How long several levels, or other spans, last together, in ms. */
export const totalMs = (spans: readonly Pick<Level, "fromMs" | "untilMs">[]): number =>
  spans.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);

/** When two step functions of the same span are both high enough. */
export type Overlap = {
  readonly totalMs: number;
  /** Where their sum is greatest, each taken at most as far as it is asked for; if they do overlap, only there. */
  readonly nearest: { readonly first: number; readonly second: number };
  /** The events that made and ended it; without an overlap, those of the instant when it was nearest. */
  readonly evidence: readonly number[];
};

type Piece = { fromMs: number; untilMs: number; first: number; second: number; eventIds: readonly number[] };

/** Lays two step functions over one another. */
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
      // What made the later of the two made this piece.
      const eventIds = [
        ...(first.fromMs >= fromMs ? first.eventIds : []),
        ...(second.fromMs >= fromMs ? second.eventIds : []),
      ];
      pieces.push({ fromMs, untilMs, first: first.value, second: second.value, eventIds });
    }
  }
  return pieces.toSorted((a, b) => a.fromMs - b.fromMs);
}
