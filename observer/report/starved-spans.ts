import type { StarvedSpan } from "../causes/scene.ts";
import type { Recording } from "../events.ts";
import { starvedWords, surroundingsIn } from "../verdicts/starvation.ts";

/**
 * The times in which a machine had too little CPU, from its samples. Samples that follow each other become one span.
 *
 * Example: of three samples of 2 s that end at 2, 4 and 6 s the last two are starved: one span from 2 s to 6 s.
 */
export function starvedSpansOf(recording: Pick<Recording, "events">): readonly StarvedSpan[] {
  const spans: StarvedSpan[] = [];
  for (const sample of recording.events) {
    if (sample.type !== "machine" && sample.type !== "node") continue;
    const span = { fromMs: sample.atMs - sample.overMs, untilMs: sample.atMs };
    const around = surroundingsIn({ events: [sample] }, span);
    const why = around && starvedWords(around);
    if (why === undefined) continue;
    const last = spans.at(-1);
    // Samples are taken by timers, which are a little late: a pause shorter than a sample is none.
    if (last && span.fromMs - last.untilMs < sample.overMs)
      spans.splice(-1, 1, {
        ...last,
        // A node's sample is longer than this machine's, and comes after them.
        fromMs: Math.min(last.fromMs, span.fromMs),
        untilMs: Math.max(last.untilMs, span.untilMs),
        eventIds: [...last.eventIds, sample.id],
      });
    else spans.push({ ...span, why, eventIds: [sample.id] });
  }
  return spans;
}
