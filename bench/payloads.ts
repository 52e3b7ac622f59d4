import { join } from "node:path";
import { readCard } from "../service/src/card.ts";
import { namesOf, signatureOf } from "../service/src/signature.ts";

const CARD = join(import.meta.dirname, "..", "service", "model", "v1.json");
const FEATURE_NAMES = namesOf(signatureOf(readCard(CARD)));

/** Rows in the larger load. */
export const ROWS_PER_BATCH = 100;

/** A request's body, and which of the trainer's rows it asks about. */
export interface Body {
  readonly rows: readonly number[];
  readonly bytes: Uint8Array;
}

/** A request's path and headers, and the bodies that requests take in turn. */
export interface Payload {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly Body[];
}

/** The body of a payload's first request. */
export function firstBody({ bodies }: Payload): Body {
  const [first] = bodies;
  if (!first) throw new Error("A payload has no body.");
  return first;
}

/** The form in which a peer expects rows. */
export type Dialect = "homework" | "one-path" | "v2";

type Rows = readonly (readonly number[])[];

const JSON_HEADERS = { "content-type": "application/json" };
const V2_PATH = "/v2/models/heart-disease/infer";

/**
 * Which rows the requests of a load ask about, in turn: each row alone, or 100 after another, round the end, until all were asked.
 * Of 303 rows the fourth request has 300, 301, 302, 0, 1, … 96.
 */
export function rotation(count: number, batch: boolean): number[][] {
  const size = batch ? ROWS_PER_BATCH : 1;
  return Array.from({ length: Math.ceil(count / size) }, (_, body) =>
    Array.from({ length: size }, (_, offset) => (body * size + offset) % count),
  );
}

/** JSON requests in the peer's dialect: with `batch` 100 rows each, else one. */
export function jsonPayload(dialect: Dialect, rows: Rows, batch: boolean): Payload {
  const path = { v2: V2_PATH, "one-path": "/predict", homework: batch ? "/predict_batch/" : "/predict_single/" }[
    dialect
  ];
  const bodies = rotation(rows.length, batch).map((indices) => {
    const chosen = pick(rows, indices);
    return { rows: indices, bytes: json(dialect === "v2" ? tensorOf(chosen) : objectsOf(chosen, batch)) };
  });
  return { path, headers: JSON_HEADERS, bodies };
}

function tensorOf(chosen: Rows) {
  return { inputs: [{ ...inputOf(chosen), data: chosen.flat() }] };
}

function objectsOf(chosen: Rows, batch: boolean) {
  const objects = chosen.map((row) => Object.fromEntries(FEATURE_NAMES.map((name, column) => [name, row[column]])));
  return batch ? { data: objects } : objects[0];
}

/** 100 rows each as a binary tensor of the Open Inference Protocol v2, answered in binary too. */
export function binaryPayload(rows: Rows): Payload {
  const tensors = rotation(rows.length, true).map((indices) => {
    const chosen = pick(rows, indices);
    return { indices, chosen, tensor: new Uint8Array(Float32Array.from(chosen.flat()).buffer) };
  });
  // All tensors have one shape, so all bodies begin with the same header.
  const [{ chosen, tensor }] = tensors as [(typeof tensors)[number]];
  const header = json({
    inputs: [{ ...inputOf(chosen), parameters: { binary_data_size: tensor.byteLength } }],
    parameters: { binary_data_output: true },
  });
  return {
    path: V2_PATH,
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(header.byteLength),
    },
    bodies: tensors.map(({ indices, tensor }) => ({ rows: indices, bytes: Buffer.concat([header, tensor]) })),
  };
}

/** A payload at a path that no server has: what the answer costs without a prediction. */
export function unknownPath(payload: Payload): Payload {
  return { ...payload, path: "/unknown" };
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

function inputOf(chosen: Rows) {
  return { name: "features", shape: [chosen.length, FEATURE_NAMES.length], datatype: "FP32" };
}

function pick(rows: Rows, indices: readonly number[]): number[][] {
  return indices.map((index) => [...(rows[index] ?? [])]);
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
