import { BadRequest, excerpt } from "../problem.ts";
import type { Input } from "./schemas.ts";

/** The values of a tensor in row-major order; those from JSON are not checked yet. */
export type Values = ArrayLike<unknown>;

// Raw tensors are little-endian, as every machine is that this runs on.
const RAW = {
  FP32: Float32Array,
  FP64: Float64Array,
  FP16: Float16Array,
  BOOL: Uint8Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
} as const;

/** The most bytes that a value has. */
export const MOST_VALUE_BYTES = 8;

/** Takes raw tensors one after another from the bytes behind the JSON. */
export class RawTensors {
  #rest: Uint8Array;

  constructor(raw: Uint8Array) {
    this.#rest = raw;
  }

  /**
   * The next tensor's values, which may be a view of the body: it has to live as long as they.
   * @throws {BadRequest} if its size does not fit its shape, or is more than what is there.
   */
  take({ datatype, shape }: Input, size: unknown, pointer: string): Values {
    const TypedArray = RAW[datatype];
    const count = shape.reduce((product, length) => product * length, 1);
    const wanted = count * TypedArray.BYTES_PER_ELEMENT;
    if (size !== wanted) {
      throw new BadRequest(
        `${pointer}/parameters/binary_data_size must be ${wanted} for this shape, not ${excerpt(String(size))}.`,
      );
    }
    if (this.#rest.byteLength < wanted) {
      throw new BadRequest(`${pointer} says ${wanted} bytes, but ${this.#rest.byteLength} follow the JSON.`);
    }
    const bytes = this.#rest.subarray(0, wanted);
    this.#rest = this.#rest.subarray(wanted);
    // A view needs an aligned start; where there is none, the values are copied.
    const aligned = bytes.byteOffset % TypedArray.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
    const values = new TypedArray(aligned.buffer as ArrayBuffer, aligned.byteOffset, count);
    return values instanceof BigInt64Array || values instanceof BigUint64Array ? Array.from(values, Number) : values;
  }

  /** @throws {BadRequest} when bytes are left that no tensor has taken. */
  end(): void {
    const left = this.#rest.byteLength;
    if (left > 0) throw new BadRequest(`${left} bytes follow the JSON that belong to no tensor.`);
  }
}

/**
 * The values of a JSON tensor that is flat or nested as its shape says.
 * @throws {BadRequest} when it has another form.
 */
export function jsonValues(input: Input, pointer: string): Values {
  const values = numbersOf(input, pointer);
  if (input.datatype !== "BOOL") return values;
  return Array.from(values, (value) => (typeof value === "boolean" ? Number(value) : value));
}

function numbersOf({ data, shape }: Input, pointer: string): Values {
  const [rows = 0, width = 1] = shape;
  if (data === undefined) throw new BadRequest(`${pointer} needs data, or binary_data_size and raw bytes.`);
  if (data.length === rows * width && !Array.isArray(data[0])) return data;
  if (shape.length === 2 && data.length === rows && data.every((row) => Array.isArray(row) && row.length === width)) {
    return data.flat();
  }
  throw new BadRequest(`${pointer}/data must be ${rows * width} numbers, flat or nested as ${JSON.stringify(shape)}.`);
}
