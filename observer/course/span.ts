/** A part of the recording, in ms since its start. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** Whether an instant lies in a span, whose end is not part of it. */
export const isWithin = (atMs: number, { fromMs, untilMs }: Span): boolean => atMs >= fromMs && atMs < untilMs;

/** Whether two spans have more in common than an end. */
export const overlaps = (one: Span, other: Span): boolean => one.fromMs < other.untilMs && one.untilMs > other.fromMs;

/** The parts of spans that lie within another, in the same order; what does not overlap it is left out. */
export const within = <One extends Span>(spans: readonly One[], span: Span): One[] =>
  spans
    .filter((one) => overlaps(one, span))
    .map((one) => ({
      ...one,
      fromMs: Math.max(one.fromMs, span.fromMs),
      untilMs: Math.min(one.untilMs, span.untilMs),
    }));

/** How long several spans last together, in ms. */
export const totalMs = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
