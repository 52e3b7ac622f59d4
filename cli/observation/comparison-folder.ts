import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Value } from "typebox/value";
import { type ComparedOrder, type ComparedRuns, ComparedRunsSchema } from "../../observer/compared-runs.ts";
import { folderName } from "./record-session.ts";

/** A comparison's folder, and what is written down in it. */
export type KeptComparison = { readonly folder: string; readonly kept: ComparedRuns };

/** Runs that are older are of another day: the machine and its neighbours may have changed. */
const GOES_ON_FOR_MS = 24 * 60 * 60 * 1000;
const RUNS_FILE = "runs.json";

/**
 * Finds the newest comparison of the same order that was interrupted within a day; undefined where there is none. `seed` is the
 * one that the user gave, if any. `reports` is the folder in which each comparison has its own.
 */
export async function unfinishedComparison(
  reports: string,
  order: ComparedOrder,
  { seed, nowMs }: { readonly seed: number | undefined; readonly nowMs: number },
): Promise<KeptComparison | undefined> {
  const names = await readdir(reports).catch(() => []);
  for (const name of names.toSorted().toReversed()) {
    const folder = join(reports, name);
    const kept = await readRuns(folder);
    if (!kept || kept.isComplete || kept.runs.length === 0 || nowMs - kept.startedWallMs > GOES_ON_FOR_MS) continue;
    if (isDeepStrictEqual(kept.order, order) && (seed === undefined || seed === kept.seed)) return { folder, kept };
  }
  return undefined;
}

/** A new comparison, of which nothing is written yet. */
export const newComparison = (
  reports: string,
  order: ComparedOrder,
  { seed, nowMs }: { readonly seed: number; readonly nowMs: number },
): KeptComparison => ({
  folder: join(reports, folderName(new Date(nowMs))),
  kept: { format: 1, startedWallMs: nowMs, order, seed, isComplete: false, runs: [] },
});

/** Writes down what is done; whoever kills this process leaves the file as it was before, or as it is after. */
export async function keepRuns({ folder, kept }: KeptComparison): Promise<void> {
  const file = join(folder, RUNS_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(kept, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** What is written down in a folder; undefined where it is no comparison's, or of another version. */
async function readRuns(folder: string): Promise<ComparedRuns | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, RUNS_FILE), "utf8"));
    return Value.Check(ComparedRunsSchema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
