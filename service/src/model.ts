import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Card } from "./card.ts";
import { FEATURE_NAMES, ROW_WIDTH } from "./schemas.ts";

/** The model's answers: for each row its label (0 or 1) and the probability of 1. */
export interface Outcome {
  readonly labels: BigInt64Array;
  readonly probabilities: Float32Array;
}

export interface Model {
  /** Predicts `count` rows of ROW_WIDTH features each; a probability may be not finite. Returns when it has. */
  run(features: Float32Array, count: number): Outcome;
}

// The service scales by pods, so a process uses one thread, which must not spin while it waits.
const SESSION_OPTIONS = {
  executionProviders: ["cpu"],
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
} as const;

// The outputs to give; null says that ONNX Runtime makes their memory.
const WANTED = { label: null, probability: null };

/**
 * Loads and warms a model.
 * @throws {Error} if the file is missing, does not have the card's hash, or has other outputs.
 */
export async function loadModel(file: string, card: Card): Promise<Model> {
  const content = readFileSync(file);
  const sha256 = createHash("sha256").update(content).digest("hex");
  if (sha256 !== card.onnx.sha256) {
    throw new Error(`${file} has sha256 ${sha256}, but its card says ${card.onnx.sha256}: run service/model/train.py.`);
  }
  // ONNX Runtime reads this when it is loaded; its builds send telemetry unless told not to.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const { Tensor } = await import("onnxruntime-node");
  // The package's own InferenceSession calls this binding too, but only in the next turn of the event loop: a batch
  // would wait two turns, and clients that were answered together would ask in two halves.
  const { binding, initOrt } = await import("onnxruntime-node/dist/binding.js");
  initOrt();
  const session = new binding.InferenceSession();
  session.loadModel(content.buffer, content.byteOffset, content.byteLength, SESSION_OPTIONS);

  // ONNX Runtime adds up a row alone in another order than rows together, which changes the last bit of a third of v1's answers.
  // So a row alone runs beside itself, and its answer is the same whoever asks beside it.
  const pair = new Float32Array(2 * ROW_WIDTH);
  function twice(row: Float32Array): Float32Array {
    pair.set(row);
    pair.set(row, ROW_WIDTH);
    return pair;
  }

  const model: Model = {
    run(features, count) {
      const rows = count === 1 ? twice(features) : features;
      const input = new Tensor("float32", rows, [rows.length / ROW_WIDTH, ROW_WIDTH]);
      const { label, probability } = session.run({ features: input }, WANTED, {});
      if (!(label?.data instanceof BigInt64Array) || !(probability?.data instanceof Float32Array)) {
        throw new Error("The model's outputs are not label int64 and probability float32.");
      }
      return { labels: label.data.subarray(0, count), probabilities: probability.data.subarray(0, count) };
    },
  };
  // The first run allocates memory; it should not delay a user.
  model.run(new Float32Array(ROW_WIDTH), 1);
  return model;
}

/** Compares the model's answer for the check row of its card; returns what is wrong, or undefined. */
export function selfCheck(model: Model, { modelVersion, selfCheck: wanted }: Card): string | undefined {
  const row = Float32Array.from(FEATURE_NAMES, (name) => wanted.features[name]);
  const got = Number(model.run(row, 1).probabilities[0]);
  if (Math.abs(got - wanted.probability) <= wanted.tolerance) return undefined;
  const [says, should] = [got, wanted.probability].map((probability) => probability.toFixed(4));
  return `model ${modelVersion} says ${says} for the check row of its card, the card says ${should}`;
}
