import type { Clock } from "../clock.ts";

/** Between two questions whether a source is current. */
export const PROVE_EVERY_MS = 3_000;
/** A question without an answer for so long is asked again. */
export const ANSWER_WITHIN_MS = 2_000;
/** A watch that is away, or behind a list, for no longer than this tells its events in time. */
export const TOLERATED_LOSS_MS = 1_000;
/** Longer than from one question to the next one's answer a current source is not unproven. */
const TOLERATED_SILENCE_MS = PROVE_EVERY_MS + ANSWER_WITHIN_MS;

/** What happens to a source, from which follows when it was current; all times are of the clock's monotonic time, in ms. */
export type Freshness = {
  /** Something was told, if only that there is nothing new. */
  readonly heard: () => void;
  /** The watch is over. */
  readonly lost: (why: string) => void;
  /** A watch was accepted again. */
  readonly back: () => void;
  /** A question is on its way: until it is answered nothing that is heard shows that the source is current. */
  readonly asked: () => void;
  /** No answer came, or the question came late. */
  readonly unanswered: (why: string) => void;
  /** What was told is not how it is. */
  readonly disproved: (why: string) => void;
  /** What happened since the last sign of life cannot be told any more. */
  readonly expired: (why: string) => void;
  /** All that was so at the given instant has been told. */
  readonly proven: (asOfMs: number) => void;
  /** Nothing more is told: a question that has no answer by now gets none. */
  readonly ended: () => void;
};

/**
 * Decides what of a source's time is a gap: from its last sign of life until it is proven current again, when that takes too
 * long or it is known that something was told late. What is told within a gap may have happened anywhere in it.
 * `firstProvenMs` is when the source was first asked for all there is.
 */
export function freshness(
  clock: Pick<Clock, "monotonicMs">,
  firstProvenMs: number,
  onGap: (sinceMs: number, why: string) => void,
): Freshness {
  let provenMs = firstProvenMs;
  let aliveMs = firstProvenMs;
  let asking: { readonly atMs: number; readonly why?: string } | undefined;
  let away: { readonly atMs: number; readonly why: string; readonly isBack: boolean } | undefined;
  let doubt: { readonly sinceMs: number; readonly why: string } | undefined;

  const silentMs = () => clock.monotonicMs() - aliveMs;
  const gapNow = () =>
    doubt ??
    (silentMs() > TOLERATED_SILENCE_MS
      ? { sinceMs: aliveMs, why: asking?.why ?? away?.why ?? "not proven in time" }
      : undefined);

  return {
    heard() {
      // Whatever comes after a silence may come late: only a proof ends it.
      if (!asking && !away && silentMs() <= TOLERATED_SILENCE_MS) aliveMs = clock.monotonicMs();
    },
    lost(why) {
      away = { atMs: away && !away.isBack ? away.atMs : clock.monotonicMs(), why, isBack: false };
    },
    back() {
      if (!away || away.isBack) return;
      // What a proof has shown while it was away is known.
      const unknownMs = clock.monotonicMs() - Math.max(away.atMs, aliveMs);
      if (unknownMs > TOLERATED_LOSS_MS) doubt ??= { sinceMs: aliveMs, why: asking?.why ?? away.why };
      away = { ...away, isBack: true };
    },
    asked() {
      asking ??= { atMs: clock.monotonicMs() };
    },
    unanswered(why) {
      asking = { atMs: asking?.atMs ?? clock.monotonicMs(), why };
    },
    disproved(why) {
      doubt = { sinceMs: provenMs, why };
    },
    expired(why) {
      doubt ??= { sinceMs: aliveMs, why };
    },
    proven(asOfMs) {
      const gap = gapNow();
      if (gap) onGap(gap.sinceMs, gap.why);
      doubt = undefined;
      asking = undefined;
      if (away?.isBack) away = undefined;
      provenMs = asOfMs;
      aliveMs = asOfMs;
    },
    ended() {
      // What a proof has shown while the watch was away is known.
      const isAway = away && !away.isBack && clock.monotonicMs() - Math.max(away.atMs, aliveMs) > TOLERATED_LOSS_MS;
      const pending = asking ?? (isAway ? away : undefined);
      const gap = gapNow() ?? (pending && { sinceMs: aliveMs, why: pending.why ?? "not proven in time" });
      if (gap) onGap(gap.sinceMs, gap.why);
    },
  };
}
