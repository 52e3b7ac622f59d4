import { BadRequest, excerpt } from "../problem.ts";
import { COLUMNS, type Column } from "../schemas.ts";
import type { Values } from "./tensor.ts";

// Tables of numbers, because a look into an object for each value would take longer than all else.
const MINIMA = Float64Array.from(COLUMNS, ({ minimum }) => minimum);
const MAXIMA = Float64Array.from(COLUMNS, ({ maximum }) => maximum);
const INTEGERS = Uint8Array.from(COLUMNS, ({ type }) => Number(type === "integer"));

/**
 * Checks the values of a tensor, row by row in these columns, against the ranges of the columns; `integers` says that
 * all of them have to be integers.
 * @throws {BadRequest} naming the first that is wrong.
 */
export function requireInRange(
  values: Values,
  columns: readonly number[],
  integers: boolean,
  pointer: string,
): asserts values is ArrayLike<number> {
  const width = columns.length;
  for (let start = 0; start < values.length; start += width) {
    for (let place = 0; place < width; place += 1) {
      const value = values[start + place];
      const column = columns[place] as number;
      // NaN fails every comparison, so it is out of range.
      const fits =
        typeof value === "number" && value >= (MINIMA[column] as number) && value <= (MAXIMA[column] as number);
      if (fits && (value === Math.floor(value) || !(integers || INTEGERS[column]))) continue;
      throw outOfRange(value, COLUMNS[column] as Column, start / width, integers, pointer);
    }
  }
}

function outOfRange(
  value: unknown,
  { name, type, minimum, maximum }: Column,
  row: number,
  integers: boolean,
  pointer: string,
): BadRequest {
  const kind = integers || type === "integer" ? "an integer" : "a number";
  return new BadRequest(
    `${pointer}/data: ${name} of row ${row} must be ${kind} from ${minimum} to ${maximum}, not ${show(value)}.`,
  );
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value instanceof Object) return "a list or an object";
  return JSON.stringify(typeof value === "string" ? excerpt(value) : value);
}
