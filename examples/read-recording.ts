import { courseOf, type Request } from "../observer/course/course.ts";
import { readRecording } from "../observer/recording/reader.ts";

/*
 * node examples/read-recording.ts [RECORDING]: prints for each step which releases answered, and the longest time without an
 * answer. RECORDING is a folder below reports/ or an events.ndjson; without it the program reads a recording of the tests.
 */

/**
 * The longest outage in ms: from the first of several failures in a row to the next success, by the times the requests were due.
 * Requests due at 0 (ok), 10 (failed), 20 (failed) and 30 (ok) give 20. Without failures it is 0.
 */
function longestOutageMs(requests: readonly Request[]): number {
  let [sinceMs, longestMs]: [number | undefined, number] = [undefined, 0];
  for (const { dueMs, failed } of requests.toSorted((a, b) => a.dueMs - b.dueMs)) {
    if (failed) sinceMs ??= dueMs;
    if (sinceMs !== undefined) longestMs = Math.max(longestMs, dueMs - sinceMs);
    if (!failed) sinceMs = undefined;
  }
  return longestMs;
}

const [path = "tests/fixtures/recordings/pod.ndjson"] = process.argv.slice(2);
const recording = await readRecording(path);
const { steps, requests } = courseOf(recording);
console.log(`${recording.header.title}: ${recording.header.question}`);
for (const { step, title } of steps) {
  const sent = requests.filter((request) => request.step === step);
  const answered = Map.groupBy(
    sent.filter(({ failed }) => !failed),
    ({ release = "?" }) => release,
  );
  const who = [...answered].map(([release, answers]) => `${answers.length} by ${release}`).join(", ") || "none";
  const failed = sent.filter((request) => request.failed).length;
  const outage = (longestOutageMs(sent) / 1000).toFixed(1);
  console.log(`${title}: answered ${who}; ${failed} failed; longest time without an answer ${outage} s`);
}
