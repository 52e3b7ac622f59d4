/** A part of the recording, in ms since its start. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** Whether an instant lies in a span. The start belongs to the span, the end does not. */
export const isWithin = (atMs: number, { fromMs, untilMs }: Span): boolean => atMs >= fromMs && atMs < untilMs;

/** Whether two spans share time. 1..3 s and 3..5 s do not: they only touch. */
export const overlaps = (one: Span, other: Span): boolean => one.fromMs < other.untilMs && one.untilMs > other.fromMs;

/** Cuts spans down to the part within another span, in the same order. Spans without such a part are left out. */
export const within = <One extends Span>(spans: readonly One[], span: Span): One[] =>
  spans
    .filter((one) => overlaps(one, span))
    .map((one) => ({
      ...one,
      fromMs: Math.max(one.fromMs, span.fromMs),
      untilMs: Math.min(one.untilMs, span.untilMs),
    }));

/** The sum of the lengths of several spans, in ms. */
export const totalMs = (spans: readonly Span[]): number =>
  spans.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);

/** How long any of several spans lasts, in ms; they come in the order of their ends. 1..3 s and 2..5 s are 4 s. */
export function coveredMs(spans: readonly Span[]): number {
  let [sum, sinceMs] = [0, Number.POSITIVE_INFINITY];
  for (const { fromMs, untilMs } of spans.toReversed()) {
    sum += Math.max(0, Math.min(untilMs, sinceMs) - fromMs);
    sinceMs = Math.min(sinceMs, fromMs);
  }
  return sum;
}
