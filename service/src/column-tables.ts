import type { Column } from "./signature.ts";

/** The ranges of columns as tables of numbers; `integers` is 1 where a value has to be an integer. */
export interface RangeTables {
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  readonly integers: Uint8Array;
}

export function rangeTables(columns: readonly Column[]): RangeTables {
  return {
    minima: Float64Array.from(columns, ({ minimum }) => minimum),
    maxima: Float64Array.from(columns, ({ maximum }) => maximum),
    integers: Uint8Array.from(columns, ({ type }) => Number(type === "integer")),
  };
}

/** Whether a column takes a value of its range; undefined where no column lists its values, and all take all. */
export function listedValues(columns: readonly Column[]): ((column: number, value: number) => boolean) | undefined {
  if (columns.every(({ values }) => values === undefined)) return undefined;
  const lists = columns.map(({ values }) => values && new Set(values));
  // A set finds -0 where it has 0, as `===` does.
  return (column, value) => lists[column]?.has(value) ?? true;
}
