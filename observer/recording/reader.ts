import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Value } from "typebox/value";
import { UserError } from "../../common/user-error.ts";
import { type Event, type Recording, type RecordingHeader, RecordingHeaderSchema, StampSchema } from "../events.ts";
import { linesOf } from "../lines.ts";

/** Name of the recording's file in the folder of an observation. */
export const RECORDING_FILE = "events.ndjson";

/**
 * Reads a recording from its file, or from the folder of that file. The last line may be torn, because the observer that wrote
 * it may have been killed.
 * @throws {UserError} when the file does not exist or is no recording.
 */
export async function readRecording(path: string): Promise<Recording> {
  const file = await recordingFile(path);
  let header: RecordingHeader | undefined;
  const events: Event[] = [];
  let number = 0;
  let torn: UserError | undefined;
  for await (const line of linesOf(createReadStream(file, "utf8"))) {
    if (torn) throw torn;
    number += 1;
    const value = parse(line);
    if (!header) header = checkedHeader(file, value);
    else if (Value.Check(StampSchema, value) && value.id > (events.at(-1)?.id ?? 0)) events.push(value as Event);
    // Only the last line may be wrong: the error is thrown when another line follows.
    else torn = wrong(file, `line ${number}`, excerpt(line), "an event as JSON, ids rising");
  }
  if (!header) throw wrong(file, "the file", "no line", "a header, then events, one JSON object a line");
  return { header, events };
}

/**
 * Finds the file of a recording; `path` names that file or its folder.
 * @throws {UserError} when there is no such file.
 */
export async function recordingFile(path: string): Promise<string> {
  const file = (await stat(path).catch(() => undefined))?.isDirectory() ? join(path, RECORDING_FILE) : path;
  if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  throw new UserError(
    `recording: got ${JSON.stringify(path)}, where no ${RECORDING_FILE} lies; allowed: such a file, or the folder of one. ` +
      "Make one: bin/lab observe pod",
  );
}

function checkedHeader(file: string, value: unknown): RecordingHeader {
  if (Value.Check(RecordingHeaderSchema, value)) return value;
  const format = (value as { format?: unknown } | undefined)?.format;
  if (typeof format === "number" && format !== 1) {
    throw wrong(file, "format", String(format), "1; read it with the version of the lab that wrote it");
  }
  const [first] = Value.Errors(RecordingHeaderSchema, value);
  const where = first?.instancePath ? `the header's ${first.instancePath}` : "the first line";
  throw wrong(file, where, excerpt(JSON.stringify(value) ?? "no JSON"), `a recording's header (${first?.message})`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const excerpt = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const wrong = (file: string, what: string, got: string, allowed: string): UserError =>
  new UserError(
    `recording ${file}: ${what}: got ${got}, allowed: ${allowed}. Choose another recording, or make one: bin/lab observe pod`,
  );
