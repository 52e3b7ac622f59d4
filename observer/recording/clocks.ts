import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { ClockCompared } from "../events.ts";
import type { Recorder } from "./recorder.ts";

/*
 * Comparing the cluster's clock with this machine's. The API server's answers have a Date, in whole seconds. A Date of 12 s
 * means: between question and answer the cluster's clock stood somewhere from 12,000 up to 13,000 ms. Two bounds of the offset
 * (cluster minus this machine) follow:
 *
 *   at least  Date - time of the answer            the Date was written no later than the answer came
 *   at most   Date + 1,000 - time of the question  and no earlier than the question left
 *
 * The next question is timed so that, if the middle of the bounds is the offset, the cluster's clock turns to a new second just
 * then. The Date is the old second or the new one, and either answer cuts off about half of the range. An example; times in ms:
 *
 *   question  answer   Date     this answer alone   both bounds so far   width
 *    10,300   10,320   12,000   1,680 to 2,700      1,680 to 2,700       1,020
 *    10,800   10,820   13,000   2,180 to 3,200      2,180 to 2,700         520
 *
 * The second question leaves 480 ms after the first answer: the middle, 2,190, puts the cluster's clock at 13,000 halfway between
 * 10,800 and 10,820. After six more questions of this kind the width is below 1.5 times the 20 ms that an answer takes, which is
 * narrow enough. The offset is the middle of the range, and its uncertainty is half the width.
 */

/** Bounds of the offset, in ms: how far the peer's clock is ahead of this machine's. */
export type OffsetRange = { readonly leastMs: number; readonly mostMs: number };

/** A time in whole seconds by the peer's clock, and when the question left and the answer came by ours; ms since the epoch. */
export type ToldTime = { readonly askedMs: number; readonly hadMs: number; readonly toldMs: number };

const SECOND_MS = 1_000;
/** The comparison ends after this many questions, however wide the range still is. */
const MAX_QUESTIONS = 16;
const NARROW_ENOUGH_MS = 4;

/** Cuts a range down to what one answer allows; undefined when nothing is left, because a clock was set meanwhile. */
export function narrowed(range: OffsetRange, { askedMs, hadMs, toldMs }: ToldTime): OffsetRange | undefined {
  // Between question and answer the peer's clock stood within [told, told + 1 s).
  const leastMs = Math.max(range.leastMs, toldMs - hadMs);
  const mostMs = Math.min(range.mostMs, toldMs + SECOND_MS - askedMs);
  return leastMs <= mostMs ? { leastMs, mostMs } : undefined;
}

/**
 * Compares the API server's clock with ours by the Date of its answers. Takes a few seconds; when the signal is aborted, the
 * range so far is the result.
 * @throws {Error} when the server does not answer, or a clock was set meanwhile.
 */
export async function compareClocks(
  transport: Pick<Transport, "request">,
  clock: Pick<Clock, "wallMs" | "sleep">,
  signal?: AbortSignal,
): Promise<ClockCompared> {
  let range: OffsetRange = { leastMs: -Infinity, mostMs: Infinity };
  let answerMs = 0;
  for (let asked = 0; asked < MAX_QUESTIONS && !signal?.aborted; asked += 1) {
    if (asked > 0) await clock.sleep(untilTurn(clock.wallMs() + answerMs / 2 + (range.leastMs + range.mostMs) / 2));
    const told = await ask(transport, clock);
    answerMs = told.hadMs - told.askedMs;
    const next = narrowed(range, told);
    if (!next) throw new Error("a clock was set while it was compared");
    range = next;
    if (range.mostMs - range.leastMs <= Math.max(NARROW_ENOUGH_MS, 1.5 * answerMs)) break;
  }
  const { leastMs, mostMs } = range;
  return {
    type: "clock",
    peer: "API server",
    offsetMs: Math.round((leastMs + mostMs) / 2),
    uncertaintyMs: Math.ceil((mostMs - leastMs) / 2),
  };
}

const untilTurn = (peerMs: number): number => SECOND_MS - (peerMs % SECOND_MS);

async function ask(transport: Pick<Transport, "request">, clock: Pick<Clock, "wallMs">): Promise<ToldTime> {
  const askedMs = clock.wallMs();
  const { headers } = await transport.request("GET", "/version");
  const hadMs = clock.wallMs();
  const toldMs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(toldMs)) throw new Error("the API server's answer has no Date");
  return { askedMs, hadMs, toldMs };
}

/**
 * Compares the clocks, records the comparison, and returns the ms to add to a time of the cluster (since the epoch) to make it a
 * time of the recording. An offset no larger than its uncertainty counts as 0: on minikube both clocks are the same one. Where
 * the comparison fails, a warning is recorded and the offset counts as 0.
 */
export async function fromClusterMs(
  transport: Pick<Transport, "request">,
  clock: Pick<Clock, "wallMs" | "sleep">,
  recorder: Pick<Recorder, "nowMs" | "record">,
  signal: AbortSignal,
): Promise<number> {
  const toRecordingMs = recorder.nowMs() - clock.wallMs();
  try {
    const compared = await compareClocks(transport, clock, signal);
    if (signal.aborted) return toRecordingMs;
    recorder.record(compared);
    const { offsetMs, uncertaintyMs } = compared;
    return toRecordingMs - (Math.abs(offsetMs) <= uncertaintyMs ? 0 : offsetMs);
  } catch (error) {
    const message = `clocks: ${(error as Error).message}; load's times are taken to be this machine's`;
    recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message });
    return toRecordingMs;
  }
}
