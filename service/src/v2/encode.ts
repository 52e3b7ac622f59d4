import type { Share } from "../batcher.ts";
import { BadRequest } from "../problem.ts";
import type { Identity } from "../schemas.ts";
import type { InferRequest, InferResponse, Output } from "./schemas.ts";

/** An answer's bytes; `jsonLength` is there when raw tensors follow the JSON. */
export interface Encoded {
  readonly body: Buffer;
  readonly jsonLength?: number;
}

/** An output to give, as JSON or as raw bytes. */
export interface WantedOutput {
  readonly output: Output;
  readonly binary: boolean;
}

/**
 * The outputs of `all` that a request asks for, and in which form; all of them when it names none.
 * @throws {BadRequest} when it names one twice.
 */
export function wantedOutputs({ outputs, parameters }: InferRequest, all: readonly Output[]): WantedOutput[] {
  const binary = parameters?.binary_data_output === true;
  if (!outputs || outputs.length === 0) return all.map((output) => ({ output, binary }));
  if (new Set(outputs.map(({ name }) => name)).size < outputs.length) {
    throw new BadRequest("#/outputs names an output twice.");
  }
  return outputs.map(({ name, parameters }) => ({
    output: all.find((output) => output.name === name) as Output,
    binary: parameters?.binary_data ?? binary,
  }));
}

/** What an answer is made of. */
export interface Answer {
  readonly id: string | undefined;
  readonly wanted: readonly WantedOutput[];
  readonly share: Share;
}

/** Encodes answers of a model by who answers: JSON, with raw tensors behind it where they were asked for. */
export function createEncoder(model: string, identity: Identity): (answer: Answer) => Encoded {
  const { modelVersion, release, pod } = identity;
  // The members that are the same in every answer, as text.
  const before = membersOf({ model_name: model, model_version: modelVersion });
  const after = membersOf({ parameters: { release, pod } });

  return ({ id, wanted, share }) => {
    const raw: Uint8Array[] = [];
    const outputs = wanted.map(({ output: { name, datatype, width }, binary }) => {
      const tensor = tensorOf(share, datatype, width);
      if (binary) raw.push(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
      const last = binary
        ? `"parameters":{"binary_data_size":${tensor.byteLength}}`
        : `"data":[${Array.from<number | bigint>(tensor).join()}]`;
      const shape = width === 1 ? tensor.length : `${share.count},${width}`;
      return `{"name":"${name}","datatype":"${datatype}","shape":[${shape}],${last}}`;
    });
    const idMember = id === undefined ? "" : `"id":${JSON.stringify(id)},`;
    const json = Buffer.from(`{${before},${idMember}${after},"outputs":[${outputs.join()}]}`);
    return raw.length === 0 ? { body: json } : { body: Buffer.concat([json, ...raw]), jsonLength: json.byteLength };
  };
}

function membersOf(value: Partial<InferResponse>): string {
  return JSON.stringify(value).slice(1, -1);
}

function tensorOf(
  { labels, probabilities, first, count }: Share,
  datatype: Output["datatype"],
  width: number,
): BigInt64Array | Float32Array {
  return (datatype === "INT64" ? labels : probabilities).subarray(first * width, (first + count) * width);
}
