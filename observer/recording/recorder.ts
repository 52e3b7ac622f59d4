import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../../common/user-error.ts";
import type { Clock } from "../clock.ts";
import type { Event, Happening, PlanMade, RecordingHeader } from "../events.ts";

/** How often lines go to the file: what is younger is lost when the observer is killed. */
const FLUSH_EVERY_MS = 250;

/** Takes happenings, stamps them, and writes them down. */
export type Recorder = {
  /** Time since the recording's start. */
  readonly nowMs: () => number;
  /** Stamps a happening with now and returns it as the event that it became. */
  readonly record: (happening: Happening) => Event;
  /** Writes what is left, the plans into the header, and closes the file; nothing can be recorded after it. */
  readonly close: () => void;
};

/** Shows everything to `see` before it goes to the recorder. */
export const tap = (recorder: Recorder, see: (happening: Happening) => void): Recorder => ({
  ...recorder,
  record(happening) {
    see(happening);
    return recorder.record(happening);
  },
});

/** What a recording says of itself, but for what the recorder knows: its format, when it began, and its plans. */
export type HeaderFacts = Omit<RecordingHeader, "type" | "format" | "startedWallMs" | "plans">;

/** Where a recording goes and what its times are. */
export type RecorderOptions = {
  readonly file: string;
  readonly header: HeaderFacts;
  readonly clock: Pick<Clock, "monotonicMs" | "wallMs">;
  /** Called once when the file cannot be written any more; what comes after is lost. */
  readonly onFailure: (error: UserError) => void;
};

/**
 * Begins a recording: newline-delimited JSON, the header first. The folder is made.
 * @throws {UserError} when the file cannot be made, or is there already.
 */
export function startRecording({ file, header, clock, onFailure }: RecorderOptions): Recorder {
  const descriptor = create(file);
  const startMs = clock.monotonicMs();
  const started: RecordingHeader = { type: "header", format: 1, ...header, startedWallMs: clock.wallMs() };
  let lines = `${JSON.stringify(started)}\n`;
  let failed = false;
  let id = 0;
  const plans: Record<string, PlanMade["plans"]> = {};

  function flush(): void {
    if (lines === "" || failed) return;
    writing(() => {
      const bytes = Buffer.from(lines);
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
      lines = "";
    });
  }

  function writing(write: () => void): void {
    try {
      write();
    } catch (cause) {
      failed = true;
      onFailure(new UserError(`recording ${file} cannot be written: ${(cause as Error).message}.`, { cause }));
    }
  }

  flush();
  // Synchronous and small: what was written is the kernel's, and survives the observer's own end.
  const timer = setInterval(flush, FLUSH_EVERY_MS);
  timer.unref();

  const nowMs = () => rounded(clock.monotonicMs() - startMs);
  return {
    nowMs,
    record(happening) {
      id += 1;
      if (happening.type === "plan") plans[happening.step] = happening.plans;
      const event: Event = { id, atMs: nowMs(), wallMs: rounded(clock.wallMs()), ...happening };
      lines += `${JSON.stringify(event)}\n`;
      return event;
    },
    close() {
      clearInterval(timer);
      flush();
      closeSync(descriptor);
      if (!failed) writing(() => rewriteHeader(file, { ...started, plans }));
    },
  };
}

function create(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "wx");
  } catch (cause) {
    throw new UserError(`recording ${file} cannot be made: ${(cause as Error).message}. Choose another folder.`, {
      cause,
    });
  }
}

/** Thousandths of a millisecond are all that a clock gives, and more digits only cost space. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/**
 * Gives a closed recording another header. What a step is going to do depends on what the one before it left behind, so that all
 * plans are known only at the end. Whoever is killed on the way leaves the recording as it was.
 */
export function rewriteHeader(file: string, header: RecordingHeader): void {
  const content = readFileSync(file);
  const part = `${file}.part`;
  try {
    writeFileSync(part, Buffer.concat([Buffer.from(JSON.stringify(header)), content.subarray(content.indexOf("\n"))]));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
