import { COLUMNS, ROW_WIDTH } from "../schemas.ts";

/**
 * How rows are commonly written: as JavaScript does, with the run of bytes `,"sex":` before a number, or as Python does,
 * with `, "sex":`. A style is the index of its first run.
 */
export const COMPACT = 0;
export const SPACED = ROW_WIDTH;

const RUNS = [",", ", "].flatMap((separator) =>
  COLUMNS.map(({ name }, column) => Buffer.from(`${column === 0 ? "{" : separator}${JSON.stringify(name)}:`)),
);

/** The length of each run in bytes. */
export const RUN_LENGTHS = Int32Array.from(RUNS, ({ length }) => length);

// The words of four bytes of each run. The last one overlaps the one before.
const RUN_WORDS = RUNS.map((run) =>
  Array.from({ length: Math.ceil(run.length / 4) }, (_, index) => {
    const place = Math.min(4 * index, run.length - 4);
    return { place, word: run.readInt32LE(place) };
  }),
);

// All of them one after another. These tables are constants of the module and not members of an object, because only
// then does V8 compile their addresses into the code: a fifth of the time of a body.
const PLACES = Int32Array.from(RUN_WORDS.flat(), ({ place }) => place);
const WORDS = Int32Array.from(RUN_WORDS.flat(), ({ word }) => word);
const FIRST_WORDS = Int32Array.from({ length: RUNS.length + 1 }, (_, run) => RUN_WORDS.slice(0, run).flat().length);

/** Whether a run, the sum of a style and a column, is at a place of a body, which must not end before the run would. */
export function isRunAt(body: DataView, at: number, run: number): boolean {
  const end = FIRST_WORDS[run + 1] as number;
  for (let word = FIRST_WORDS[run] as number; word < end; word += 1) {
    if (body.getInt32(at + (PLACES[word] as number), true) !== WORDS[word]) return false;
  }
  return true;
}
