import { type Clock, roundedMs } from "../clock.ts";
import type { Event, Happening } from "../events.ts";
import { wholeLines } from "../lines.ts";
import type { Recorder } from "../recording/recorder.ts";

export type FollowLog = {
  /** Opens the log from the last line's second on, and yields its text as it arrives; ends or throws when it breaks off. */
  readonly stream: () => AsyncIterable<string>;
  /** Takes one whole line. */
  readonly take: (text: string) => void;
  /** Resolves with whether the container has ended, so that it writes nothing more. */
  readonly isOver: () => Promise<boolean>;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
};

const RESUME_AFTER_MS = 500;

/**
 * Follows a log until its container has ended or the signal is aborted, and opens it again whenever it breaks off. An example:
 *
 *   the stream yields lines 1 to 40 and breaks off   the container has not ended: open the log again after 500 ms
 *   the stream repeats line 40, yields 41 to 60      the container has ended: open the log once more, in case the stream broke
 *   and ends                                         off before the last line
 *   the stream repeats line 60, yields 61 and ends   done
 */
export async function followLog({ stream, take, isOver, clock, signal }: FollowLog): Promise<void> {
  let wasOver = false;
  while (!signal.aborted) {
    try {
      // A line that the stream cuts off comes again, whole, with the next stream.
      for await (const line of wholeLines(stream())) take(line);
    } catch {
      // The error does not matter: only the container's state decides whether more lines can come.
    }
    if (signal.aborted || wasOver) return;
    wasOver = await isOver();
    if (!wasOver) await clock.sleep(RESUME_AFTER_MS, signal);
  }
}

/** The happenings that the load program writes. */
export type LoadHappening = Extract<Happening, { type: "load-started" | "load-ended" | "request" | "gap" }>;

/** One line of the load program: its number, counted from 1, and when it was written (ms since the epoch, program's clock). */
export type LoadLine = { readonly seq: number; readonly writtenMs: number; readonly happening: LoadHappening };

/** Makes a recorder that writes each happening as a line. Its times are ms since the epoch by the given clock. */
export function lineRecorder(
  write: (line: string) => void,
  clock: Pick<Clock, "wallMs">,
): Pick<Recorder, "nowMs" | "record"> {
  let seq = 0;
  return {
    nowMs: () => roundedMs(clock.wallMs()),
    record(happening) {
      seq += 1;
      const writtenMs = roundedMs(clock.wallMs());
      write(`${JSON.stringify({ seq, writtenMs, happening })}\n`);
      return { id: seq, atMs: writtenMs, wallMs: writtenMs, ...happening } as Event;
    },
  };
}

/** Reads a line of the load program; undefined for any other line, such as a warning of Node. */
export function readLine(text: string): LoadLine | undefined {
  try {
    const { seq, writtenMs, happening } = (JSON.parse(text) ?? {}) as Partial<LoadLine>;
    return typeof seq === "number" && typeof writtenMs === "number" && happening
      ? { seq, writtenMs, happening }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Adds `byMs` to all times of a happening: it turns times of the program's clock into times of the recording. */
export function moved<T extends LoadHappening>(happening: T, byMs: number): T {
  if (happening.type === "request") {
    return { ...happening, dueMs: roundedMs(happening.dueMs + byMs), sentMs: roundedMs(happening.sentMs + byMs) };
  }
  if (happening.type === "gap") {
    return { ...happening, fromMs: roundedMs(happening.fromMs + byMs), untilMs: roundedMs(happening.untilMs + byMs) };
  }
  return happening;
}
