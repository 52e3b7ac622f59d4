import type { Rows } from "../batcher.ts";
import { BadRequest, excerpt } from "../problem.ts";
import { COLUMNS, type Column, FEATURE_NAMES, ROW_WIDTH } from "../schemas.ts";
import { INPUT_NAME, type InferRequest, type Input } from "./schemas.ts";
import { jsonValues, RawTensors, type Values } from "./tensor.ts";

/**
 * Reads the rows of a request's tensors; their values have the same ranges as on the other paths.
 * @throws {BadRequest} naming the first fault by JSON pointer.
 */
export function decodeRows({ inputs }: InferRequest, raw: Uint8Array, maxRows: number): Rows {
  const one = inputs[0]?.name === INPUT_NAME;
  const count = rowCount(inputs, one, maxRows);
  const tensors = new RawTensors(raw);
  const features = new Float32Array(count * ROW_WIDTH);
  const seen = new Set<string>();

  inputs.forEach((input, index) => {
    const pointer = `#/inputs/${index}`;
    if ((input.name === INPUT_NAME) !== one || seen.has(input.name)) {
      throw new BadRequest(`${pointer}/name ${input.name} is one too many: ${FORMS}.`);
    }
    seen.add(input.name);
    const shapes = one ? [[count, ROW_WIDTH]] : [[count], [count, 1]];
    if (!shapes.some((shape) => String(shape) === String(input.shape))) {
      const allowed = shapes.map((shape) => JSON.stringify(shape)).join(" or ");
      throw new BadRequest(`${pointer}/shape must be ${allowed}, not ${JSON.stringify(input.shape)}.`);
    }
    const values = valuesOf(input, tensors, pointer);
    const first = one ? 0 : NAMES.indexOf(input.name);
    fill(features, values, first, one ? ROW_WIDTH : 1, !input.datatype.startsWith("FP"), pointer);
  });
  tensors.end();
  const missing = one ? [] : FEATURE_NAMES.filter((name) => !seen.has(name));
  if (missing.length > 0) throw new BadRequest(`#/inputs lacks ${missing.join(", ")}: ${FORMS}.`);
  return { count, writeTo: (target, offset) => target.set(features, offset) };
}

const NAMES: readonly string[] = FEATURE_NAMES;
const FORMS = `takes either the tensor ${INPUT_NAME} or each feature by its name`;

function rowCount(inputs: readonly Input[], one: boolean, maxRows: number): number {
  const shape = inputs[0]?.shape ?? [];
  const [count = 0] = shape;
  const twoDimensions = shape.length === 2 || (!one && shape.length === 1);
  if (twoDimensions && count >= 1 && count <= maxRows) return count;
  const form = one ? `[n,${ROW_WIDTH}]` : "[n] or [n,1]";
  const got = JSON.stringify(shape);
  throw new BadRequest(`#/inputs/0/shape must be ${form} with n from 1 to ${maxRows}, not ${got}.`);
}

function valuesOf(input: Input, tensors: RawTensors, pointer: string): Values {
  const size = input.parameters?.binary_data_size;
  if (size === undefined) return jsonValues(input, pointer);
  if (input.data !== undefined) throw new BadRequest(`${pointer} has both data and binary_data_size.`);
  return tensors.take(input, size, pointer);
}

/** Checks the values and puts them into `width` columns from `first` on. */
function fill(
  features: Float32Array,
  values: Values,
  first: number,
  width: number,
  integers: boolean,
  pointer: string,
): void {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const row = Math.floor(index / width);
    const column = first + (index % width);
    const { name, type, minimum, maximum } = COLUMNS[column] as Column;
    const integer = integers || type === "integer";
    // NaN fails every comparison, so it is out of range.
    const fits = typeof value === "number" && value >= minimum && value <= maximum;
    if (!fits || (integer && !Number.isInteger(value))) {
      const kind = integer ? "an integer" : "a number";
      throw new BadRequest(
        `${pointer}/data: ${name} of row ${row} must be ${kind} from ${minimum} to ${maximum}, not ${show(value)}.`,
      );
    }
    features[row * ROW_WIDTH + column] = value;
  }
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value instanceof Object) return "a list or an object";
  return JSON.stringify(typeof value === "string" ? excerpt(value) : value);
}
