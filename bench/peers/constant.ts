import { readFileSync } from "node:fs";
import { ROWS_PER_BATCH } from "../payloads.ts";

// The constants are scikit-learn's own answers, so that they are as long as real ones.
const { prediction, probability } = JSON.parse(readFileSync(process.env.EXPECTED_FILE ?? "", "utf8")).releases.v1 as {
  prediction: number[];
  probability: number[];
};
const identity = { release: "v1", modelVersion: "1.0.0", pod: "online-inference" };
// The service answers float32, so a probability has this many digits in JSON.
const answers = prediction.map((label, row) => ({
  prediction: label,
  probability: Math.fround(probability[row] ?? 0),
}));
const byLength = answers
  .map((answer) => JSON.stringify({ ...answer, ...identity }))
  .sort((a, b) => a.length - b.length);

/** The answer of a server without a model to one row; it has the median length of our own answers. */
export const answerSingle = byLength[Math.floor(byLength.length / 2)] ?? "";

/** The answer to the first 100 rows. */
export const answerBatch = JSON.stringify({ predictions: answers.slice(0, ROWS_PER_BATCH), ...identity });
