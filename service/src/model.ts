import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Card } from "./card-schema.ts";
import { requireGraph } from "./graph.ts";
import { roundIn, secondsOf } from "./probabilities.ts";
import { signatureOf } from "./signature.ts";

/** The model's answers: for each row its label, and the probability of the second of two classes or those of all. */
export interface Outcome {
  readonly labels: BigInt64Array;
  readonly probabilities: Float32Array;
}

export interface Model {
  /** The features of a row. */
  readonly width: number;
  /** The probabilities of a row's answer. */
  readonly probabilitiesPerRow: number;
  /** Predicts `count` rows; a probability may be not finite. Returns when it has. */
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

/**
 * Loads and warms a model.
 * @throws {Error} if the file is missing, does not have the card's hash, is no model, or not the one that its card tells of.
 */
export async function loadModel(file: string, card: Card): Promise<Model> {
  const { columns, classes, probabilitiesPerRow } = signatureOf(card);
  const width = columns.length;
  const content = readFileSync(file);
  const sha256 = createHash("sha256").update(content).digest("hex");
  if (card.onnx?.sha256 !== undefined && sha256 !== card.onnx.sha256) {
    throw new Error(
      `${file} has sha256 ${sha256}, but its card says ${card.onnx.sha256}: write both anew, as service/model/train.py does.`,
    );
  }
  // ONNX Runtime reads this when it is loaded; its builds send telemetry unless told not to.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const { Tensor } = await import("onnxruntime-node");
  // The package's own InferenceSession calls this binding too, but only in the next turn of the event loop: a batch
  // would wait two turns, and clients that were answered together would ask in two halves.
  const { binding, initOrt } = await import("onnxruntime-node/dist/binding.js");
  initOrt();
  const session = new binding.InferenceSession();
  try {
    session.loadModel(content.buffer, content.byteOffset, content.byteLength, SESSION_OPTIONS);
  } catch (cause) {
    throw new Error(`${file} is no model that ONNX Runtime can load: ${(cause as Error).message}`, { cause });
  }
  const { inputMetadata: inputs, outputMetadata: outputs } = session;
  const names = requireGraph({ inputs, outputs }, card, file);
  // The outputs to give; null says that ONNX Runtime makes their memory.
  const wanted = { [names.label]: null, [names.probability]: null };

  // ONNX Runtime adds up a row alone in another order than rows together, which changes the last bit of a third of v1's answers.
  // So a row alone runs beside itself, and its answer is the same whoever asks beside it.
  const pair = new Float32Array(2 * width);
  function twice(row: Float32Array): Float32Array {
    pair.set(row);
    pair.set(row, width);
    return pair;
  }

  const model: Model = {
    width,
    probabilitiesPerRow,
    run(features, count) {
      const rows = count === 1 ? twice(features) : features;
      const input = new Tensor("float32", rows, [rows.length / width, width]);
      const given = session.run({ [names.input]: input }, wanted, {});
      const { data: labels } = given[names.label] ?? {};
      const { data: probabilities } = given[names.probability] ?? {};
      if (!(labels instanceof BigInt64Array) || !(probabilities instanceof Float32Array)) {
        throw new Error(`The model's outputs are not ${names.label} int64 and ${names.probability} float32.`);
      }
      const perRow = names.both ? 2 : probabilitiesPerRow;
      if (probabilities.length !== (rows.length / width) * perRow) {
        throw new Error(
          `${names.probability} has ${probabilities.length} values for ${rows.length / width} rows, but ${classes.length} classes are in the card.`,
        );
      }
      const ours = names.both
        ? secondsOf(probabilities, count)
        : probabilities.subarray(0, count * probabilitiesPerRow);
      return { labels: labels.subarray(0, count), probabilities: roundIn(ours) };
    },
  };
  // The first run allocates memory; it should not delay a user.
  try {
    const { labels, probabilities } = model.run(exampleRow(card), 1);
    if (!probabilities.every((value) => value >= 0 && value <= 1)) {
      throw new Error(`it says ${probabilities.join(", ")} for the check row, which is no probability`);
    }
    const label = Number(labels[0]);
    if (!classes.some((one) => one.label === label)) {
      throw new Error(
        `it says ${label} for the check row, which is none of the classes ${classes.map((one) => one.label).join(", ")}`,
      );
    }
  } catch (cause) {
    throw new Error(`${file} does not predict: ${(cause as Error).message}`, { cause });
  }
  return model;
}

function exampleRow({ features, selfCheck }: Card): Float32Array {
  return Float32Array.from(features, ({ name }) => selfCheck.features[name] as number);
}

/** Compares the model's answer for the check row of its card; returns what is wrong, or undefined. */
export function selfCheck(model: Model, card: Card): string | undefined {
  const { modelVersion, selfCheck: wanted } = card;
  const should =
    wanted.probabilities && model.probabilitiesPerRow > 1 ? wanted.probabilities : [wanted.probability ?? 0];
  const got = [...model.run(exampleRow(card), 1).probabilities];
  if (got.every((says, index) => Math.abs(says - (should[index] as number)) <= wanted.tolerance)) return undefined;
  const [says, said] = [got, should].map((all) => all.map((probability) => probability.toFixed(4)).join(", "));
  return `model ${modelVersion} says ${says} for the check row of its card, the card says ${said}`;
}
