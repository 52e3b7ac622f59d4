import type { Rows } from "../batcher.ts";
import { BadRequest } from "../problem.ts";
import { FEATURE_NAMES, ROW_WIDTH } from "../schemas.ts";
import { requireInRange } from "./ranges.ts";
import { INPUT_NAME, type InferRequest, type Input } from "./schemas.ts";
import { jsonValues, RawTensors, type Values } from "./tensor.ts";

const ALL: readonly number[] = FEATURE_NAMES.map((_, column) => column);
const NAMES: readonly string[] = FEATURE_NAMES;
const FORMS = `takes either the tensor ${INPUT_NAME} or each feature by its name`;

/**
 * Reads the rows of a request's tensors; their values have the same ranges as on the other paths.
 * @throws {BadRequest} naming the first fault by JSON pointer.
 */
export function decodeRows({ inputs }: InferRequest, raw: Uint8Array, maxRows: number): Rows {
  const one = inputs[0]?.name === INPUT_NAME;
  const count = rowCount(inputs, one, maxRows);
  const tensors = new RawTensors(raw);
  const features = one ? ofOneTensor(inputs, count, tensors) : ofNamedTensors(inputs, count, tensors);
  return { count, writeTo: (target, offset) => target.set(features, offset) };
}

/** The features of all rows from the one tensor that holds them. */
function ofOneTensor([input, more]: readonly Input[], count: number, tensors: RawTensors): Float32Array {
  const values = checked(input as Input, [[count, ROW_WIDTH]], ALL, tensors, "#/inputs/0");
  if (more) throw oneTooMany(more, 1);
  tensors.end();
  // Raw values of the model's type are what it takes already. The body behind them lives until it is answered.
  return values instanceof Float32Array ? values : new Float32Array(values);
}

/** The features of all rows from one tensor for each feature. */
function ofNamedTensors(inputs: readonly Input[], count: number, tensors: RawTensors): Float32Array {
  const features = new Float32Array(count * ROW_WIDTH);
  const seen = new Set<string>();
  for (const [index, input] of inputs.entries()) {
    if (input.name === INPUT_NAME || seen.has(input.name)) throw oneTooMany(input, index);
    seen.add(input.name);
    const column = NAMES.indexOf(input.name);
    const values = checked(input, [[count], [count, 1]], [column], tensors, `#/inputs/${index}`);
    for (let row = 0; row < count; row += 1) features[row * ROW_WIDTH + column] = values[row] as number;
  }
  tensors.end();
  const missing = FEATURE_NAMES.filter((name) => !seen.has(name));
  if (missing.length > 0) throw new BadRequest(`#/inputs lacks ${missing.join(", ")}: ${FORMS}.`);
  return features;
}

function oneTooMany({ name }: Input, index: number): BadRequest {
  return new BadRequest(`#/inputs/${index}/name ${name} is one too many: ${FORMS}.`);
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
  const values = valuesOf(input, tensors, pointer);
  requireInRange(values, columns, !input.datatype.startsWith("FP"), pointer);
  return values;
}

function rowCount(inputs: readonly Input[], one: boolean, maxRows: number): number {
  const shape = inputs[0]?.shape ?? [];
  const [count = 0] = shape;
  const twoDimensions = shape.length === 2 || (!one && shape.length === 1);
  if (twoDimensions && count >= 1 && count <= maxRows) return count;
  const form = one ? `[n,${ROW_WIDTH}]` : "[n] or [n,1]";
  const got = JSON.stringify(shape);
  throw new BadRequest(`#/inputs/0/shape must be ${form} with n from 1 to ${maxRows}, not ${got}.`);
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
