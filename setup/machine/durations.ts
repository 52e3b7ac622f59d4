import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Paths } from "./paths.ts";

/** How long pieces of work take on this machine, by what was done in its last runs. */
export interface Durations {
  /** Usual time of a piece of work in seconds: the median of its last runs here, or `firstGuess` before the first one. */
  readonly usualSeconds: (what: string, firstGuess: number) => Promise<number>;
  /** Writes down how long a piece of work took. */
  readonly took: (what: string, seconds: number) => Promise<void>;
}

const FILE_NAME = "durations.json";
const KEPT_RUNS = 5;

/** Seconds of the last runs of each piece of work, the newest last. */
type Runs = Readonly<Record<string, readonly number[]>>;

/** The durations of this machine, kept as a file in the cache. A file that is missing or damaged knows nothing. */
export function machineDurations({ cache }: Pick<Paths, "cache">): Durations {
  const file = join(cache, FILE_NAME);
  // Work that ends at the same time is written down one after the other.
  let written: Promise<void> = Promise.resolve();
  return {
    usualSeconds: async (what, firstGuess) => median((await readRuns(file))[what] ?? []) ?? firstGuess,
    took(what, seconds) {
      // Where the cache cannot be written, the times stay guesses.
      written = written.then(() => write(file, what, seconds)).catch(() => undefined);
      return written;
    },
  };
}

async function write(file: string, what: string, seconds: number): Promise<void> {
  const runs = await readRuns(file);
  const last = [...(runs[what] ?? []), Math.round(seconds * 10) / 10].slice(-KEPT_RUNS);
  await mkdir(dirname(file), { recursive: true });
  // Two commands at once write each its own file: the last one wins, and no reader sees half a file.
  const scratch = `${file}.${process.pid}`;
  await writeFile(scratch, JSON.stringify({ ...runs, [what]: last }, undefined, 2));
  await rename(scratch, file);
}

async function readRuns(file: string): Promise<Runs> {
  try {
    const runs: unknown = JSON.parse(await readFile(file, "utf8"));
    return isRuns(runs) ? runs : {};
  } catch {
    return {};
  }
}

const isRuns = (value: unknown): value is Runs =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((runs) => Array.isArray(runs) && runs.every((seconds) => typeof seconds === "number"));

/** The middle one of some numbers, the smaller one of two; undefined where there is none. */
function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
