import type { Gap, Happening } from "../events.ts";
import { moved, readLine } from "./job-log.ts";

/*
 * What the lines of the load's pods amount to. Every pod numbers its lines from 1, and a log that is read again repeats lines:
 *
 *   line                            what is recorded
 *   1 load-started                  load-started
 *   2 request                       request
 *   2 request (read again)          nothing
 *   5 request                       a gap from line 2 to line 5, since lines 3 and 4 were lost; request
 *   1 load-started (another pod)    a gap from line 5 of the pod before, since nobody sent meanwhile
 */

/** What is known from the lines so far. */
export type LoadLedger = {
  /** Added to times by the cluster's clock, in ms since the epoch, to make them times of the recording. */
  readonly byMs: number;
  /** Number of requests that all pods sent. */
  readonly sent: number;
  /** Whether any pod began to send. */
  readonly hasBegun: boolean;
  /** Whether the present pod said that it sends nothing more. */
  readonly hasEnded: boolean;
  /** The present pod's last line: its number, and when it was written, since the epoch by the cluster's clock. */
  readonly last: { readonly seq: number; readonly writtenMs: number } | undefined;
  /** When any pod's last line was written, on the recording's clock. */
  readonly lastMs: number | undefined;
};

/** A ledger with one more line in it, and what that line gives to record. */
export type Entry = { readonly ledger: LoadLedger; readonly happenings: readonly Happening[] };

/** The ledger before the first line. */
export const emptyLedger = (byMs: number): LoadLedger => ({
  byMs,
  sent: 0,
  hasBegun: false,
  hasEnded: false,
  last: undefined,
  lastMs: undefined,
});

/** The ledger when another pod begins to write: its lines are counted anew. */
export const withAnotherPod = (ledger: LoadLedger): LoadLedger => ({ ...ledger, last: undefined, hasEnded: false });

/** Enters one line of the present pod's log; what is not the load program's own, and what was read before, changes nothing. */
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
 * What is recorded when load is over at `nowMs` of the recording. `wasSending`: there was a pod to be asked to end; unless it
 * told of its end, what it sent after its last line is not known.
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
