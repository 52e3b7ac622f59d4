import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Paths } from "./paths.ts";

/** How long pieces of work take on this machine, by what was done in its last runs. */
export interface Durations {
  /** Usual time of a piece of work in seconds: the median of its last runs here; undefined before the first one. */
  readonly usualSeconds: (what: string) => Promise<number | undefined>;
  /** Writes down how long a piece of work took. */
  readonly took: (what: string, seconds: number) => Promise<void>;
}

const FILE_NAME = "durations.json";
const KEPT_RUNS = 5;
/** Another command holds the file for some milliseconds: two seconds of tries are enough. */
const TRIES = { retries: 100, minTimeout: 5, maxTimeout: 20 };
/** What a killed command left locked is free again after so long. */
const STALE_MS = 5_000;

/** Seconds of the last runs of each piece of work, the newest last. */
type Runs = Readonly<Record<string, readonly number[]>>;

/** The durations of this machine, kept as a file in the cache. A file that is missing or damaged knows nothing. */
export function machineDurations({ cache }: Pick<Paths, "cache">): Durations {
  const file = join(cache, FILE_NAME);
  // Work that ends at the same time is written down one after the other.
  let written: Promise<void> = Promise.resolve();
  return {
    usualSeconds: async (what) => median((await readRuns(file))[what] ?? []),
    took(what, seconds) {
      // Where the cache cannot be written, nothing is known of this machine the next time.
      written = written.then(() => write(file, what, seconds)).catch(() => undefined);
      return written;
    },
  };
}

/**
 * Adds a run to the file. Two commands that end at once would each write what it has read, and the second one would undo the
 * first: the file is read and written under a lock. A rename puts it in its place, so no reader sees half a file.
 */
async function write(file: string, what: string, seconds: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Loaded only by a command that has something to write down.
  const { lock } = await import("proper-lockfile");
  const release = await lock(file, {
    realpath: false,
    retries: TRIES,
    stale: STALE_MS,
    onCompromised: () => undefined,
  });
  try {
    const runs = await readRuns(file);
    const last = [...(runs[what] ?? []), Math.round(seconds * 10) / 10].slice(-KEPT_RUNS);
    const scratch = `${file}.${process.pid}`;
    await writeFile(scratch, JSON.stringify({ ...runs, [what]: last }, undefined, 2));
    await rename(scratch, file);
  } finally {
    await release();
  }
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
