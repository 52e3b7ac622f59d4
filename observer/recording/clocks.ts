import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { ClockCompared } from "../events.ts";
import type { Recorder } from "./recorder.ts";

/** How far the peer's clock is ahead of ours, in ms: at least and at most. */
export type OffsetRange = { readonly leastMs: number; readonly mostMs: number };

/** A time that the peer told in whole seconds, and when we asked for it and had it, all since the epoch. */
export type ToldTime = { readonly askedMs: number; readonly hadMs: number; readonly toldMs: number };

const SECOND_MS = 1_000;
/** After this many questions the range is as narrow as an answer's own time allows. */
const MAX_QUESTIONS = 16;
const NARROW_ENOUGH_MS = 4;

/** What one answer leaves of a range; undefined when it contradicts it, because a clock was set meanwhile. */
export function narrowed(range: OffsetRange, { askedMs, hadMs, toldMs }: ToldTime): OffsetRange | undefined {
  // The peer's clock stood within [told, told + 1 s) at some instant between the question and the answer.
  const leastMs = Math.max(range.leastMs, toldMs - hadMs);
  const mostMs = Math.min(range.mostMs, toldMs + SECOND_MS - askedMs);
  return leastMs <= mostMs ? { leastMs, mostMs } : undefined;
}

/**
 * Compares the API server's clock to ours by the Date of its answers: each question is timed so that, if the middle of the
 * range is right, its answer falls on the turn of a second, and halves the range. Takes a few seconds.
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
 * Compares the clocks, records that, and tells by how many ms times of the cluster (since the epoch) are moved to become the
 * recording's. Clocks whose difference is no larger than its uncertainty are one and the same, as they are on minikube.
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
