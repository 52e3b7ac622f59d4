import { stripVTControlCharacters } from "node:util";
import jspb from "google-protobuf";

/** The content of one message of a build or a push. */
export interface Progress {
  lines: string[];
  /** The daemon's error, which ends the stream. */
  error?: string;
}

/** One message of the daemon's stream, with the fields that are read here. */
export interface DaemonMessage {
  stream?: string;
  status?: string;
  id?: string;
  progress?: string;
  error?: string;
  errorDetail?: { code?: number; message?: string };
  aux?: string | { ID?: string; Tag?: string; Digest?: string };
}

/** Turns the daemon's messages into lines. It remembers an unfinished line, and the steps that it has named already. */
export class BuildLog {
  readonly #seen = new Set<string>();
  #unfinished = "";

  /** Reads the next message. */
  read(message: DaemonMessage): Progress {
    const error = message.errorDetail?.message ?? message.error;
    const lines = this.#lines(message);
    return error === undefined ? { lines } : { lines, error };
  }

  #lines(message: DaemonMessage): string[] {
    if (message.id === "moby.buildkit.trace" && typeof message.aux === "string") return this.#trace(message.aux);
    if (message.stream !== undefined) return this.#text(message.stream);
    if (message.status === undefined) return [];
    return [[message.id && `${message.id}:`, message.status, message.progress].filter(Boolean).join(" ")];
  }

  #text(text: string): string[] {
    // The classic builder colours the lines that a step writes to stderr.
    const lines = (this.#unfinished + stripVTControlCharacters(text)).split(/\r?\n/);
    this.#unfinished = lines.pop() ?? "";
    return lines.filter((line) => line.trim() !== "");
  }

  #trace(base64: string): string[] {
    const { steps, output } = readTrace(Buffer.from(base64, "base64"));
    const told: string[] = [];
    for (const step of steps) {
      // The daemon sends a step again with each change of its state.
      if (step.started && !this.#seen.has(step.digest)) told.push(`${step.name}${step.cached ? " CACHED" : ""}`);
      if (step.started) this.#seen.add(step.digest);
      if (step.error !== "") told.push(`ERROR: ${step.error}`);
    }
    return [...told, ...this.#text(output)];
  }
}

interface Step {
  digest: string;
  name: string;
  cached: boolean;
  started: boolean;
  error: string;
}

// The fields of BuildKit's moby.buildkit.v1.StatusResponse that are read: 1 = vertexes, 3 = logs.
function readTrace(bytes: Uint8Array): { steps: Step[]; output: string } {
  const steps: Step[] = [];
  const output: Uint8Array[] = [];
  readFields(bytes, (field, reader) => {
    if (field === 1) steps.push(readStep(reader.readBytes()));
    else if (field === 3) readFields(reader.readBytes(), (part, log) => part === 4 && output.push(log.readBytes()));
    else return false;
    return true;
  });
  return { steps, output: Buffer.concat(output).toString() };
}

// moby.buildkit.v1.Vertex: 1 = digest, 3 = name, 4 = cached, 5 = started, 7 = error.
function readStep(bytes: Uint8Array): Step {
  const step: Step = { digest: "", name: "", cached: false, started: false, error: "" };
  readFields(bytes, (field, reader) => {
    if (field === 1) step.digest = reader.readString();
    else if (field === 3) step.name = reader.readString();
    else if (field === 4) step.cached = reader.readBool();
    else if (field === 5) step.started = reader.readBytes().length > 0;
    else if (field === 7) step.error = reader.readString();
    else return false;
    return true;
  });
  return step;
}

type Bytes = Omit<jspb.BinaryReader, "readBytes"> & { readBytes(): Uint8Array };

/** Calls `take` for each field of a protobuf message, and skips a field for which it returns a falsy value. */
function readFields(bytes: Uint8Array, take: (field: number, reader: Bytes) => unknown): void {
  const reader = new jspb.BinaryReader(bytes);
  while (reader.nextField() && !reader.isEndGroup()) {
    if (!take(reader.getFieldNumber(), reader as Bytes)) reader.skipField();
  }
}
