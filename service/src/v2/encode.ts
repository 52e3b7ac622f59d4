import type { Share } from "../batcher.ts";
import { BadRequest } from "../problem.ts";
import type { Identity } from "../schemas.ts";
import { type InferRequest, type InferResponse, OUTPUTS, type OutputName } from "./schemas.ts";

/** An answer's bytes; `jsonLength` is there when raw tensors follow the JSON. */
export interface Encoded {
  readonly body: Buffer;
  readonly jsonLength?: number;
}

/** An output to give, as JSON or as raw bytes. */
export interface WantedOutput {
  readonly name: OutputName;
  readonly binary: boolean;
}

/**
 * The outputs that a request asks for, and in which form; all of them when it names none.
 * @throws {BadRequest} when it names one twice.
 */
export function wantedOutputs({ outputs, parameters }: InferRequest): WantedOutput[] {
  const binary = parameters?.binary_data_output === true;
  if (!outputs || outputs.length === 0)
    return Object.keys(OUTPUTS).map((name) => ({ name: name as OutputName, binary }));
  if (new Set(outputs.map(({ name }) => name)).size < outputs.length) {
    throw new BadRequest("#/outputs names an output twice.");
  }
  return outputs.map(({ name, parameters }) => ({ name, binary: parameters?.binary_data ?? binary }));
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
    const outputs = wanted.map(({ name, binary }) => {
      const tensor = tensorOf(share, name);
      if (binary) raw.push(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
      const last = binary
        ? `"parameters":{"binary_data_size":${tensor.byteLength}}`
        : `"data":[${Array.from<number | bigint>(tensor).join()}]`;
      return `{"name":"${name}","datatype":"${OUTPUTS[name]}","shape":[${tensor.length}],${last}}`;
    });
    const idMember = id === undefined ? "" : `"id":${JSON.stringify(id)},`;
    const json = Buffer.from(`{${before},${idMember}${after},"outputs":[${outputs.join()}]}`);
    return raw.length === 0 ? { body: json } : { body: Buffer.concat([json, ...raw]), jsonLength: json.byteLength };
  };
}

function membersOf(value: Partial<InferResponse>): string {
  return JSON.stringify(value).slice(1, -1);
}

function tensorOf({ labels, probabilities, first, count }: Share, name: OutputName): BigInt64Array | Float32Array {
  return (name === "label" ? labels : probabilities).subarray(first, first + count);
}
