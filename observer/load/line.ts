import type { Clock } from "../clock.ts";
import type { Event, Happening } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";

/** What load that runs elsewhere tells of. */
export type LoadHappening = Extract<Happening, { type: "load-started" | "load-ended" | "request" | "gap" }>;

/** One line of the load program: the how-manieth it is, and when it was written, since the epoch by the program's clock. */
export type LoadLine = { readonly seq: number; readonly writtenMs: number; readonly happening: LoadHappening };

/** A recorder that writes each happening as a line; its times are since the epoch, and never set back. */
export function lineRecorder(
  write: (line: string) => void,
  clock: Pick<Clock, "wallMs">,
): Pick<Recorder, "nowMs" | "record"> {
  let seq = 0;
  return {
    nowMs: () => rounded(clock.wallMs()),
    record(happening) {
      seq += 1;
      const writtenMs = rounded(clock.wallMs());
      write(`${JSON.stringify({ seq, writtenMs, happening })}\n`);
      return { id: seq, atMs: writtenMs, wallMs: writtenMs, ...happening } as Event;
    },
  };
}

/** Reads a line; undefined for one that is not the load program's own, such as a warning of Node. */
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

/** The happening with all its times moved from the program's clock to the recording's. */
export function moved<T extends LoadHappening>(happening: T, byMs: number): T {
  if (happening.type === "request") {
    return { ...happening, dueMs: rounded(happening.dueMs + byMs), sentMs: rounded(happening.sentMs + byMs) };
  }
  if (happening.type === "gap") {
    return { ...happening, fromMs: rounded(happening.fromMs + byMs), untilMs: rounded(happening.untilMs + byMs) };
  }
  return happening;
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
