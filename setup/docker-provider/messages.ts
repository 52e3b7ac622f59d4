import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { BuildLog, type DaemonMessage } from "./build-log.ts";

/** How many of the last lines of the daemon's log an error quotes. */
const TAIL_LINES = 40;
/** The longest error text in characters. gRPC sends it in a header, whose size is limited. */
const MAX_ERROR_CHARS = 6_000;

/** What a stream of messages said, after its end. */
export interface Followed {
  /** The daemon's error, if the stream ended with one. */
  error?: string;
  /** The last lines of the log. */
  tail: string[];
  /** The digest that a push reports. */
  digest?: string;
}

/** Reads the messages of a build or a push to their end, and passes each line to `tell`; rejects if the stream breaks. */
export async function followMessages(stream: Readable, tell: (line: string) => void): Promise<Followed> {
  const log = new BuildLog();
  const followed: Followed = { tail: [] };
  const lines = createInterface({ input: stream });
  // readline does not report that its input broke.
  let broken: Error | undefined;
  stream.once("error", (error) => {
    broken = error;
    lines.close();
  });
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const message = JSON.parse(line) as DaemonMessage;
    const { lines: said, error } = log.read(message);
    for (const text of said) tell(text);
    followed.tail = [...followed.tail, ...said].slice(-TAIL_LINES);
    if (error !== undefined) followed.error = error;
    if (typeof message.aux === "object" && message.aux.Digest) followed.digest = message.aux.Digest;
  }
  if (broken) throw broken;
  return followed;
}

/** The text of an error: what failed, the daemon's own error, and the end of its log. */
export function failureText(what: string, { error = "", tail }: Followed): string {
  const log = tail.join("\n").slice(-MAX_ERROR_CHARS).split("\n");
  const told = log[0] === "" ? [] : ["The daemon's log ends with:", ...log.map((line) => `  | ${line}`)];
  return [`${what}: ${error.slice(0, MAX_ERROR_CHARS)}`, ...told].join("\n");
}
