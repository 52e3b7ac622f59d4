import { type Levels, totalMs } from "./levels.ts";

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
