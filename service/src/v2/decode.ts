import type { Rows } from "../batcher.ts";
import { BadRequest } from "../problem.ts";
import { namesOf, type Signature } from "../signature.ts";
import { createRangeCheck } from "./ranges.ts";
import { INPUT_NAME, type InferRequest, type Input } from "./schemas.ts";
import { jsonValues, RawTensors, type Values } from "./tensor.ts";

const FORMS = `takes either the tensor ${INPUT_NAME} or each feature by its name`;

/**
 * Reads the rows of a request's tensors; their values have the same ranges as on the other paths.
 * @throws {BadRequest} naming the first fault by JSON pointer.
 */
export type DecodeRows = (request: InferRequest, raw: Uint8Array) => Rows;

/** The decoder of a model's rows, at most `maxRows` of them. */
export function createDecoder(signature: Pick<Signature, "columns">, maxRows: number): DecodeRows {
  const names = namesOf(signature);
  const width = names.length;
  const all = names.map((_, column) => column);
  const requireInRange = createRangeCheck(signature.columns);

  /** The features of all rows from the one tensor that holds them. */
  function ofOneTensor([input, more]: readonly Input[], count: number, tensors: RawTensors): Float32Array {
    const values = checked(input as Input, [[count, width]], all, tensors, "#/inputs/0");
    if (more) throw oneTooMany(more, 1);
    tensors.end();
    // Raw values of the model's type are what it takes already. The body behind them lives until it is answered.
    return values instanceof Float32Array ? values : new Float32Array(values);
  }

  /** The features of all rows from one tensor for each feature. */
  function ofNamedTensors(inputs: readonly Input[], count: number, tensors: RawTensors): Float32Array {
    const features = new Float32Array(count * width);
    const seen = new Set<string>();
    for (const [index, input] of inputs.entries()) {
      if (input.name === INPUT_NAME || seen.has(input.name)) throw oneTooMany(input, index);
      seen.add(input.name);
      const column = names.indexOf(input.name);
      const values = checked(input, [[count], [count, 1]], [column], tensors, `#/inputs/${index}`);
      for (let row = 0; row < count; row += 1) features[row * width + column] = values[row] as number;
    }
    tensors.end();
    const missing = names.filter((name) => !seen.has(name));
    if (missing.length > 0) throw new BadRequest(`#/inputs lacks ${missing.join(", ")}: ${FORMS}.`);
    return features;
  }

  /** The values of a tensor of one of these shapes, row by row in these columns; each is a number in its range. */
  function checked(
    input: Input,
    shapes: readonly (readonly number[])[],
    columns: readonly number[],
    tensors: RawTensors,
    pointer: string,
  ): ArrayLike<number> {
    if (!shapes.some((shape) => sameShape(shape, input.shape))) {
      const allowed = shapes.map((shape) => JSON.stringify(shape)).join(" or ");
      throw new BadRequest(`${pointer}/shape must be ${allowed}, not ${JSON.stringify(input.shape)}.`);
    }
    const values: Values = valuesOf(input, tensors, pointer);
    const check: typeof requireInRange = requireInRange;
    check(values, columns, !input.datatype.startsWith("FP"), pointer);
    return values;
  }

  return ({ inputs }, raw) => {
    const one = inputs[0]?.name === INPUT_NAME;
    const count = rowCount(inputs, one ? `[n,${width}]` : undefined, maxRows);
    const tensors = new RawTensors(raw);
    const features = one ? ofOneTensor(inputs, count, tensors) : ofNamedTensors(inputs, count, tensors);
    return { count, writeTo: (target, offset) => target.set(features, offset) };
  };
}

function oneTooMany({ name }: Input, index: number): BadRequest {
  return new BadRequest(`#/inputs/${index}/name ${name} is one too many: ${FORMS}.`);
}

/** The number of rows that the first tensor's shape says; `form` is that of the tensor of all features, if it is that. */
function rowCount(inputs: readonly Input[], form: string | undefined, maxRows: number): number {
  const shape = inputs[0]?.shape ?? [];
  const [count = 0] = shape;
  const twoDimensions = shape.length === 2 || (!form && shape.length === 1);
  if (twoDimensions && count >= 1 && count <= maxRows) return count;
  const got = JSON.stringify(shape);
  throw new BadRequest(`#/inputs/0/shape must be ${form ?? "[n] or [n,1]"} with n from 1 to ${maxRows}, not ${got}.`);
}

function sameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((length, dimension) => length === other[dimension]);
}

function valuesOf(input: Input, tensors: RawTensors, pointer: string): Values {
  const size = input.parameters?.binary_data_size;
  if (size === undefined) return jsonValues(input, pointer);
  if (input.data !== undefined) throw new BadRequest(`${pointer} has both data and binary_data_size.`);
  return tensors.take(input, size, pointer);
}
