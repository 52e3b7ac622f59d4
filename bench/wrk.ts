import type { Payload } from "./payloads.ts";

/** The result of one run of wrk. */
export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers of another status than 2xx and 3xx, and requests without an answer. */
  readonly failures: number;
}

/** The script with which wrk sends a payload and prints its result as one line of JSON. */
export function wrkScript({ headers }: Payload, bodyFile: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`);
  return `local file = assert(io.open(${quote(bodyFile)}, "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
${lines.join("\n")}
function done(summary)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('\\nRESULT {"requests":%d,"microseconds":%d,"failures":%d}\\n',
    summary.requests, summary.duration, errors.status + lost))
end
`;
}

/**
 * Reads the result that the script printed.
 * @throws {Error} if it printed none.
 */
export function parseWrk(output: string): WrkResult {
  const [, text] = /^RESULT (.*)$/m.exec(output) ?? [];
  if (!text) throw new Error(`wrk gave no result: ${output.trim().split("\n").at(-1)}`);
  const { requests, microseconds, failures } = JSON.parse(text);
  return { requests, seconds: microseconds / 1e6, failures };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
