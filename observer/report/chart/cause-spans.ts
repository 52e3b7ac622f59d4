import type { Causes } from "../../causes/causes-of.ts";

/** A time in which requests failed for one cause. `letter` is that of the page's section on causes. */
export type CauseSpan = {
  readonly letter: string;
  readonly title: string;
  readonly count: number;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** Failures of one cause that are so near on the drawing, as a share of its width, get one mark. */
const NEAR = 0.03;

/**
 * Puts failures of one cause that follow each other closely into one span. The letters go by the causes' order, the most frequent
 * first.
 *
 * Example on a drawing of 100 s, where 3 s are near: requests that were refused at 10, 11 and 12 s, and again at 50 s, give the
 * spans 10..12 s with 3 requests and 50..50 s with 1, both with the letter A.
 */
export function causeSpans({ groups, requests }: Causes, untilMs: number): CauseSpan[] {
  return groups
    .flatMap(({ cause, title }, index) => {
      const spans: { fromMs: number; untilMs: number; count: number }[] = [];
      for (const { sentMs } of requests.filter((one) => one.cause === cause)) {
        const last = spans.at(-1);
        if (last && sentMs - last.untilMs <= untilMs * NEAR)
          Object.assign(last, { untilMs: sentMs, count: last.count + 1 });
        else spans.push({ fromMs: sentMs, untilMs: sentMs, count: 1 });
      }
      return spans.map((span) => ({ letter: String.fromCharCode(65 + index), title, ...span }));
    })
    .toSorted((one, other) => one.fromMs - other.fromMs);
}
