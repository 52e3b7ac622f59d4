import type { Gap, Happening } from "../events.ts";
import { moved, readLine } from "./job-log.ts";

/*
 * The ledger of load in the cluster: it turns the lines of the load's pods into happenings and gaps. Every pod numbers its lines
 * from 1, and a log that is opened again repeats lines. An example; the recording's time is in s:
 *
 *   time  line                            what is recorded
 *    1.0  1 load-started                  load-started
 *    1.1  2 request                       request
 *         2 request (read again)          nothing
 *    1.4  5 request                       a gap from 1.1 to 1.4, because lines 3 and 4 were lost; request
 *    9.0  1 load-started (another pod)    a gap from 1.4 to 9.0, because no pod is known to have sent between
 *    9.1  2 request                       request
 *   20.0  the end, without load-ended     a gap from 9.1 to 20.0, because the pod may have sent more; load-ended with sent: 3
 */

/** The state of the ledger after the lines so far. */
export type LoadLedger = {
  /** Ms to add to a time of the cluster's clock, which counts from the epoch, to make it a time of the recording. */
  readonly byMs: number;
  /** Number of requests of all pods that the lines tell of. */
  readonly sent: number;
  /** Whether any pod has begun to send. */
  readonly hasBegun: boolean;
  /** Whether the present pod has written load-ended. */
  readonly hasEnded: boolean;
  /** The present pod's last line: its number, and when it was written, in ms since the epoch by the cluster's clock. */
  readonly last: { readonly seq: number; readonly writtenMs: number } | undefined;
  /** When the latest line of any pod was written, on the recording's clock. */
  readonly lastMs: number | undefined;
};

/** The ledger after one more line, and the happenings to record for that line. */
export type Entry = { readonly ledger: LoadLedger; readonly happenings: readonly Happening[] };

export const emptyLedger = (byMs: number): LoadLedger => ({
  byMs,
  sent: 0,
  hasBegun: false,
  hasEnded: false,
  last: undefined,
  lastMs: undefined,
});

/** The ledger when another pod begins to write: that pod's lines are numbered from 1 again. */
export const withAnotherPod = (ledger: LoadLedger): LoadLedger => ({ ...ledger, last: undefined, hasEnded: false });

/** Enters one line of the present pod's log. A line that the load program did not write, or that was read before, is ignored. */
export function enter(ledger: LoadLedger, text: string): Entry {
  const { byMs, last } = ledger;
  const line = readLine(text);
  if (!line || line.seq <= (last?.seq ?? 0)) return { ledger, happenings: [] };
  const { seq, writtenMs, happening } = line;
  const lost = seq - (last?.seq ?? 0) - 1;
  const gaps =
    lost > 0
      ? [gap((last?.writtenMs ?? writtenMs) + byMs, writtenMs + byMs, `${lost} lines of the load's log were lost`)]
      : [];
  const lastMs = writtenMs + byMs;
  const next = { ...ledger, last: { seq, writtenMs }, lastMs };
  if (happening.type === "load-ended") return { ledger: { ...next, hasEnded: true }, happenings: gaps };
  if (happening.type === "load-started") {
    if (ledger.lastMs !== undefined)
      gaps.push(gap(ledger.lastMs, lastMs, "the load's pod was gone; another one sends"));
    return { ledger: { ...next, hasBegun: true }, happenings: ledger.hasBegun ? gaps : [...gaps, happening] };
  }
  const sent = ledger.sent + (happening.type === "request" ? 1 : 0);
  return { ledger: { ...next, sent }, happenings: [...gaps, moved(happening, byMs)] };
}

/**
 * The happenings to record when load is over at `nowMs` of the recording. `wasSending`: there was a pod that could be asked to
 * end. Unless that pod wrote load-ended, the requests after its last line are unknown: a gap.
 */
export function closing(ledger: LoadLedger, nowMs: number, wasSending: boolean): readonly Happening[] {
  const { sent, hasEnded, lastMs } = ledger;
  const isKnown = (wasSending && hasEnded) || lastMs === undefined;
  return [
    ...(isKnown ? [] : [gap(lastMs, nowMs, "the load's pod did not tell of its end")]),
    { type: "load-ended", sent },
  ];
}

const gap = (fromMs: number, untilMs: number, why: string): Gap => ({
  type: "gap",
  source: "load",
  fromMs,
  untilMs,
  why,
});
