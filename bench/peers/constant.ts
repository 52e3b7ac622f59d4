import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ROWS_PER_BATCH } from "../payloads.ts";

// Scikit-learn's own answers, so that the constants have the length of real ones.
const file = fileURLToPath(new URL("../../service/model/expected.json", import.meta.url));
const { prediction, probability } = JSON.parse(readFileSync(file, "utf8")).releases.v1 as {
  prediction: number[];
  probability: number[];
};
const identity = { release: "v1", modelVersion: "1.0.0", pod: "online-inference" };
const predictions = prediction.slice(0, ROWS_PER_BATCH).map((label, row) => ({
  prediction: label,
  // The service answers float32, which as JSON is as long as this.
  probability: Math.fround(probability[row] ?? 0),
}));

/** What a server without a model answers to one row: as long as our own answer. */
export const answerSingle = JSON.stringify({ ...predictions[0], ...identity });

/** What it answers to 100 rows. */
export const answerBatch = JSON.stringify({ predictions, ...identity });
