import type { Clock } from "../clock.ts";

/*
 * When a source counts as current. Three times decide it:
 *
 *   proof          the last instant as of which the source is known to have told everything: a list was asked for then, and
 *                  its answer showed nothing that the watch had not told
 *   sign of life   the proof, or a later event that the watch told; an event does not count while a question is open, while
 *                  the watch is away, or after more than 5 s without a sign of life
 *   away           from the end of a watch until the server accepts the next one
 *
 * A gap reaches from the last sign of life to the next proof. It arises when that takes more than 5 s, when the watch was away
 * for more than 1 s that no proof covers, or when the source has to be listed anew. A disproof moves the start of the gap back to
 * the last proof, since the events after it may be late as well. An example; times are in ms:
 *
 *    time    call                                    sign of life   gap
 *         0  proven(0)                                         0
 *     2,000  heard()                                       2,000
 *     3,000  asked()                                       2,000
 *     3,020  proven(3,000)                                 3,000    none: 1,020 ms of silence
 *     6,000  asked()                                       3,000
 *     8,000  unanswered("no answer within 2 s")            3,000
 *     8,500  asked()                                       3,000
 *     8,520  proven(8,500)                                 8,500    3,000 to 8,520: 5,520 ms of silence
 *     9,000  lost("closed by the server")                  8,500
 *     9,300  back()                                        8,500
 *    11,520  proven(11,500)                               11,500    none: away for 300 ms
 *    12,000  lost("closed by the server")                 11,500
 *    13,750  back()                                       11,500
 *    14,520  proven(14,500)                               14,500    11,500 to 14,520: away for 1,750 ms
 */

/** Time from one question whether a source is current to the next. */
export const PROVE_EVERY_MS = 3_000;
/** A question that has no answer after this time counts as unanswered, and is asked again. */
export const ANSWER_WITHIN_MS = 2_000;
/** A watch may be away, or behind a list, for this long: its events still count as told in time. */
export const TOLERATED_LOSS_MS = 1_000;
/** A current source is silent for no longer than this: from one question to the latest answer to the next. */
const TOLERATED_SILENCE_MS = PROVE_EVERY_MS + ANSWER_WITHIN_MS;

/** What happens to a source; all times are the clock's monotonic time, in ms. */
export type Freshness = {
  /** The watch told an event, or a bookmark that says there is nothing new. */
  readonly heard: () => void;
  /** The watch ended, or an attempt to start it again failed. */
  readonly lost: (why: string) => void;
  /** The server accepted a watch again. */
  readonly back: () => void;
  /** A question was sent: until its answer comes, no event counts as a sign of life. */
  readonly asked: () => void;
  /** No answer came, or the observer was too late to ask. */
  readonly unanswered: (why: string) => void;
  /** A list shows a state that the watch did not tell. */
  readonly disproved: (why: string) => void;
  /** The watch cannot go on from its last version: changes since the last sign of life may be lost. */
  readonly expired: (why: string) => void;
  /** The source has told every state that was true at `asOfMs`. */
  readonly proven: (asOfMs: number) => void;
  /** The watch is over for good: a question that is still open gets no answer. */
  readonly ended: () => void;
};

/**
 * Decides which spans of a source's time are gaps, and calls `onGap` at the end of each. A change told within a gap may have
 * happened anywhere in it. `firstProvenMs` is when the first list was asked for.
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
      // An event after a long silence may be a late one: only a proof ends the silence.
      if (!asking && !away && silentMs() <= TOLERATED_SILENCE_MS) aliveMs = clock.monotonicMs();
    },
    lost(why) {
      away = { atMs: away && !away.isBack ? away.atMs : clock.monotonicMs(), why, isBack: false };
    },
    back() {
      if (!away || away.isBack) return;
      // A proof that came while the watch was away covers the time before it.
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
      // As in back(): a proof covers the time before it.
      const isAway = away && !away.isBack && clock.monotonicMs() - Math.max(away.atMs, aliveMs) > TOLERATED_LOSS_MS;
      const pending = asking ?? (isAway ? away : undefined);
      const gap = gapNow() ?? (pending && { sinceMs: aliveMs, why: pending.why ?? "not proven in time" });
      if (gap) onGap(gap.sinceMs, gap.why);
    },
  };
}
