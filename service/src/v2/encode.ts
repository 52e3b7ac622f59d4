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
  readonly model: string;
  readonly identity: Identity;
  readonly wanted: readonly WantedOutput[];
  readonly share: Share;
}

/** The answer to a request, as JSON with raw tensors behind it where they were asked for. */
export function encodeAnswer({ id, model, identity, wanted, share }: Answer): Encoded {
  const { first, count } = share;
  const tensors = {
    label: share.labels.subarray(first, first + count),
    probability: share.probabilities.subarray(first, first + count),
  };
  const raw: Uint8Array[] = [];
  const outputs: InferResponse["outputs"] = wanted.map(({ name, binary }) => {
    const tensor = tensors[name];
    const output = { name, datatype: OUTPUTS[name], shape: [tensor.length] };
    if (!binary) return { ...output, data: Array.from(tensor, Number) };
    raw.push(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength));
    return { ...output, parameters: { binary_data_size: tensor.byteLength } };
  });
  const response: InferResponse = {
    model_name: model,
    model_version: identity.modelVersion,
    ...(id !== undefined && { id }),
    parameters: { release: identity.release, pod: identity.pod },
    outputs,
  };
  const json = Buffer.from(JSON.stringify(response));
  return raw.length === 0 ? { body: json } : { body: Buffer.concat([json, ...raw]), jsonLength: json.byteLength };
}
