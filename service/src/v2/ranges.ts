import { listedValues, rangeTables } from "../column-tables.ts";
import { BadRequest, excerpt } from "../problem.ts";
import type { Column } from "../signature.ts";
import type { Values } from "./tensor.ts";

/**
 * Checks the values of a tensor, row by row in columns that are given by their places, against the ranges of the columns;
 * `integers` says that all of them have to be integers.
 * @throws {BadRequest} naming the first that is wrong.
 */
export type RequireInRange = (
  values: Values,
  places: readonly number[],
  integers: boolean,
  pointer: string,
) => asserts values is ArrayLike<number>;

/** The check of a model's features. */
export function createRangeCheck(columns: readonly Column[]): RequireInRange {
  const tables = rangeTables(columns);
  const isListed = listedValues(columns);
  return (values, places, integers, pointer) => {
    const width = places.length;
    for (let start = 0; start < values.length; start += width) {
      for (let place = 0; place < width; place += 1) {
        const value = values[start + place];
        const column = places[place] as number;
        // NaN fails every comparison, so it is out of range.
        const fits =
          typeof value === "number" &&
          value >= (tables.minima[column] as number) &&
          value <= (tables.maxima[column] as number) &&
          (!isListed || isListed(column, value));
        if (fits && (value === Math.floor(value) || !(integers || tables.integers[column]))) continue;
        throw outOfRange(value, columns[column] as Column, start / width, integers, pointer);
      }
    }
  };
}

function outOfRange(
  value: unknown,
  { name, type, minimum, maximum, values }: Column,
  row: number,
  integers: boolean,
  pointer: string,
): BadRequest {
  const kind = integers || type === "integer" ? "an integer" : "a number";
  const allowed = values ? `one of ${values.join(", ")}` : `${kind} from ${minimum} to ${maximum}`;
  return new BadRequest(`${pointer}/data: ${name} of row ${row} must be ${allowed}, not ${show(value)}.`);
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value instanceof Object) return "a list or an object";
  return JSON.stringify(typeof value === "string" ? excerpt(value) : value);
}
