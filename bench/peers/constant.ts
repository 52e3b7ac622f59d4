import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ROWS_PER_BATCH } from "../payloads.ts";

// The constants are scikit-learn's own answers, so that they are as long as real ones.
const file = fileURLToPath(new URL("../../service/model/expected.json", import.meta.url));
const { prediction, probability } = JSON.parse(readFileSync(file, "utf8")).releases.v1 as {
  prediction: number[];
  probability: number[];
};
const identity = { release: "v1", modelVersion: "1.0.0", pod: "online-inference" };
const predictions = prediction.slice(0, ROWS_PER_BATCH).map((label, row) => ({
  prediction: label,
  // The service answers float32, so a probability has this many digits in JSON.
  probability: Math.fround(probability[row] ?? 0),
}));

/** The answer of a server without a model to one row; it is as long as our own answer. */
export const answerSingle = JSON.stringify({ ...predictions[0], ...identity });

/** The same for 100 rows. */
export const answerBatch = JSON.stringify({ predictions, ...identity });
