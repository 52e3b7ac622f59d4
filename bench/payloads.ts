import { FEATURE_NAMES } from "../service/src/schemas.ts";

/** Rows in the larger load. */
export const ROWS_PER_BATCH = 100;

/** A request's path, headers and body. */
export interface Payload {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The form in which a peer expects rows. */
export type Dialect = "homework" | "one-path" | "v2";

const JSON_HEADERS = { "content-type": "application/json" };
const V2_PATH = "/v2/models/heart-disease/infer";

/** A JSON request in the peer's dialect: with `batch` 100 rows, else the first row alone. */
export function jsonPayload(dialect: Dialect, rows: readonly (readonly number[])[], batch: boolean): Payload {
  const chosen = batch ? rows.slice(0, ROWS_PER_BATCH) : rows.slice(0, 1);
  if (dialect === "v2") {
    const input = { name: "features", shape: [chosen.length, FEATURE_NAMES.length], datatype: "FP32" };
    return { path: V2_PATH, headers: JSON_HEADERS, body: json({ inputs: [{ ...input, data: chosen.flat() }] }) };
  }
  const objects = chosen.map((row) => Object.fromEntries(FEATURE_NAMES.map((name, column) => [name, row[column]])));
  const path = dialect === "one-path" ? "/predict" : batch ? "/predict_batch/" : "/predict_single/";
  return { path, headers: JSON_HEADERS, body: json(batch ? { data: objects } : objects[0]) };
}

/** The 100 rows as a binary tensor of the Open Inference Protocol v2, answered in binary too. */
export function binaryPayload(rows: readonly (readonly number[])[]): Payload {
  const chosen = rows.slice(0, ROWS_PER_BATCH);
  const tensor = new Uint8Array(Float32Array.from(chosen.flat()).buffer);
  const input = { name: "features", shape: [chosen.length, FEATURE_NAMES.length], datatype: "FP32" };
  const header = json({
    inputs: [{ ...input, parameters: { binary_data_size: tensor.byteLength } }],
    parameters: { binary_data_output: true },
  });
  return {
    path: V2_PATH,
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(header.byteLength),
    },
    body: Buffer.concat([header, tensor]),
  };
}

/** The probabilities in an answer of any dialect; empty if there are none. */
export function probabilitiesOf(answer: unknown): readonly number[] {
  const { probability, predictions, outputs } = answer as {
    probability?: number;
    predictions?: { probability: number }[];
    outputs?: { name: string; data: number[] }[];
  };
  if (probability !== undefined) return [probability];
  if (predictions) return predictions.map((prediction) => prediction.probability);
  return outputs?.find(({ name }) => name === "probability")?.data ?? [];
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
