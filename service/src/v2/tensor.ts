import { BadRequest, excerpt } from "../problem.ts";
import type { Input } from "./schemas.ts";

/** The values of a tensor in row-major order; those from JSON are not checked yet. */
export type Values = ArrayLike<unknown>;

// Raw tensors are little-endian, as every machine is that this runs on.
const RAW = {
  FP32: { bytes: 4, view: (bytes: ArrayBuffer): Values => new Float32Array(bytes) },
  FP64: { bytes: 8, view: (bytes: ArrayBuffer): Values => new Float64Array(bytes) },
  FP16: { bytes: 2, view: (bytes: ArrayBuffer): Values => new Float16Array(bytes) },
  BOOL: { bytes: 1, view: (bytes: ArrayBuffer): Values => new Uint8Array(bytes) },
  INT8: { bytes: 1, view: (bytes: ArrayBuffer): Values => new Int8Array(bytes) },
  INT16: { bytes: 2, view: (bytes: ArrayBuffer): Values => new Int16Array(bytes) },
  INT32: { bytes: 4, view: (bytes: ArrayBuffer): Values => new Int32Array(bytes) },
  INT64: { bytes: 8, view: (bytes: ArrayBuffer): Values => Array.from(new BigInt64Array(bytes), Number) },
  UINT8: { bytes: 1, view: (bytes: ArrayBuffer): Values => new Uint8Array(bytes) },
  UINT16: { bytes: 2, view: (bytes: ArrayBuffer): Values => new Uint16Array(bytes) },
  UINT32: { bytes: 4, view: (bytes: ArrayBuffer): Values => new Uint32Array(bytes) },
  UINT64: { bytes: 8, view: (bytes: ArrayBuffer): Values => Array.from(new BigUint64Array(bytes), Number) },
} as const;

/** Takes raw tensors one after another from the bytes behind the JSON. */
export class RawTensors {
  #rest: Uint8Array;

  constructor(raw: Uint8Array) {
    this.#rest = raw;
  }

  /**
   * The next tensor's values.
   * @throws {BadRequest} if its size does not fit its shape, or is more than what is there.
   */
  take({ datatype, shape }: Input, size: unknown, pointer: string): Values {
    const { bytes, view } = RAW[datatype];
    const wanted = shape.reduce((product, length) => product * length, bytes);
    if (size !== wanted) {
      throw new BadRequest(
        `${pointer}/parameters/binary_data_size must be ${wanted} for this shape, not ${excerpt(String(size))}.`,
      );
    }
    if (this.#rest.byteLength < wanted) {
      throw new BadRequest(`${pointer} says ${wanted} bytes, but ${this.#rest.byteLength} follow the JSON.`);
    }
    // A copy, because a view needs an aligned start.
    const own = new Uint8Array(this.#rest.subarray(0, wanted));
    this.#rest = this.#rest.subarray(wanted);
    return view(own.buffer);
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
