import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../../common/user-error.ts";
import { type Clock, roundedMs } from "../clock.ts";
import type { Event, Happening, PlanMade, RecordingHeader } from "../events.ts";

/** How often lines go to the file: a killed observer loses the lines since the last time. */
const FLUSH_EVERY_MS = 250;

/** Stamps happenings and writes them to a file. */
export type Recorder = {
  /** Ms since the recording's start. */
  readonly nowMs: () => number;
  /** Stamps a happening with the present time, and returns the event. */
  readonly record: (happening: Happening) => Event;
  /** Writes the last lines, closes the file and puts the plans into its header; nothing can be recorded after it. */
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

/** The header without the fields that the recorder fills in: the format, the start and the plans. */
export type HeaderFacts = Omit<RecordingHeader, "type" | "format" | "startedWallMs" | "plans" | "services">;

export type RecorderOptions = {
  readonly file: string;
  readonly header: HeaderFacts;
  readonly clock: Pick<Clock, "monotonicMs" | "wallMs">;
  /** Called once, when the file cannot be written any more; all events after that are lost. */
  readonly onFailure: (error: UserError) => void;
};

/**
 * Begins a recording: newline-delimited JSON, the header first. Makes the folder.
 * @throws {UserError} when the file cannot be made or exists already.
 */
export function startRecording({ file, header, clock, onFailure }: RecorderOptions): Recorder {
  const descriptor = create(file);
  const startMs = clock.monotonicMs();
  const started: RecordingHeader = { type: "header", format: 1, ...header, startedWallMs: clock.wallMs() };
  let lines = `${JSON.stringify(started)}\n`;
  let failed = false;
  let id = 0;
  const plans: Record<string, PlanMade["plans"]> = {};
  const services: Record<string, NonNullable<PlanMade["services"]>> = {};

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
  // Small synchronous writes: the kernel has the bytes at once, so they survive the death of this process.
  const timer = setInterval(flush, FLUSH_EVERY_MS);
  timer.unref();

  const nowMs = () => roundedMs(clock.monotonicMs() - startMs);
  return {
    nowMs,
    record(happening) {
      id += 1;
      if (happening.type === "plan") {
        plans[happening.step] = happening.plans;
        if (happening.services) services[happening.step] = happening.services;
      }
      const event: Event = { id, atMs: nowMs(), wallMs: roundedMs(clock.wallMs()), ...happening };
      lines += `${JSON.stringify(event)}\n`;
      return event;
    },
    close() {
      clearInterval(timer);
      flush();
      closeSync(descriptor);
      const planned = { plans, ...(Object.keys(services).length > 0 && { services }) };
      if (!failed) writing(() => rewriteHeader(file, { ...started, ...planned }));
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

/**
 * Replaces the header of a closed recording. All plans are known only at the end, because each step's plan depends on the state
 * that the step before left behind. The new file takes the old one's place in one move: a process that is killed before leaves
 * the recording as it was.
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
