import type { Payload } from "./payloads.ts";

/** The result of one run of wrk. */
export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers of another status than 2xx and 3xx, and requests without an answer. */
  readonly failures: number;
}

/** The script with which wrk sends the bodies of a payload in turn and prints its result as one line of JSON. */
export function wrkScript({ headers }: Payload, bodyFiles: readonly string[]): string {
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`);
  return `wrk.method = "POST"
${lines.join("\n")}
local requests, last = {}, 0
function init()
  for _, path in ipairs({${bodyFiles.map(quote).join(", ")}}) do
    local file = assert(io.open(path, "rb"))
    requests[#requests + 1] = wrk.format(nil, nil, nil, file:read("*a"))
    file:close()
  end
end
function request()
  last = last % #requests + 1
  return requests[last]
end
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
