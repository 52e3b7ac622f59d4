import type { Clock } from "../clock.ts";
import type { Event, Happening } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";

/** What a log is followed with. */
export type FollowLog = {
  /** Text as it comes, from the last line's second on; ends or fails when it breaks off. */
  readonly stream: () => AsyncIterable<string>;
  readonly take: (text: string) => void;
  /** Whether the container writes nothing more. */
  readonly isOver: () => Promise<boolean>;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal: AbortSignal;
};

const RESUME_AFTER_MS = 500;

/** Follows a log until its container has ended or the signal is aborted, and takes it up again whenever it breaks off. */
export async function followLog({ stream, take, isOver, clock, signal }: FollowLog): Promise<void> {
  let wasOver = false;
  while (!signal.aborted) {
    try {
      for await (const line of linesOf(stream())) take(line);
    } catch {
      // Whatever broke off, what counts is whether there is more to come.
    }
    // A stream that breaks off at the end is read once more.
    if (signal.aborted || wasOver) return;
    wasOver = await isOver();
    if (!wasOver) await clock.sleep(RESUME_AFTER_MS, signal);
  }
}

/** Whole lines only: the rest of one that was cut comes with the next stream. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

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
