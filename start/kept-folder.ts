import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/*
 * Folders of the cache whose name is a key of what they were made from. Each appears whole and goes whole, by a rename; one that
 * somebody took files away from, such as a program that cleans caches, counts as none.
 */

/** The size in bytes of each other file of a folder, by its name. */
const PARTS = "parts.json";
const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;

/** Whether all files of a kept folder are there, each in its whole length: a loss of power may leave one without its content. */
export function isWhole(folder: string): boolean {
  try {
    const sizes: unknown = JSON.parse(readFileSync(join(folder, PARTS), "utf8"));
    if (typeof sizes !== "object" || sizes === null || Array.isArray(sizes)) return false;
    return Object.entries(sizes).every(([name, size]) => statSync(join(folder, name)).size === size);
  } catch {
    return false;
  }
}

/** A path beside a place in the cache that no other run uses, for what is not whole yet. */
export const scratchBeside = (place: string): string =>
  `${place}.${process.pid}-${Math.random().toString(36).slice(2)}.part`;

/** Names of the files of a kept folder that is whole. */
export const partsOf = (folder: string): string[] => readdirSync(folder).filter((name) => name !== PARTS);

/**
 * Puts a folder of files into its place; a whole one that another run has put there meanwhile stays, any other goes.
 * @throws {Error} where it cannot be put there.
 */
export function putInPlace(scratch: string, folder: string): void {
  const sizes = readdirSync(scratch).map((name) => [name, statSync(join(scratch, name)).size]);
  writeFileSync(join(scratch, PARTS), JSON.stringify(Object.fromEntries(sizes)));
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(scratch, folder);
  } catch {
    if (isWhole(folder)) return;
    removeWhole(folder);
    renameSync(scratch, folder);
  }
}

/** Removes a kept folder, so that no other run sees it half gone. */
export function removeWhole(folder: string): void {
  const gone = `${folder}.${process.pid}.gone`;
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}

/** Notes once a day that a kept folder is used; what nobody used for a week goes when something is made. Whether it noted it now. */
export function noteUse(folder: string): boolean {
  try {
    if (ageMs(folder) <= DAY_MS) return false;
    utimesSync(folder, new Date(), new Date());
    return true;
  } catch {
    // A cache that cannot be written is of use all the same.
    return false;
  }
}

/** Removes all folders in a folder of the cache that nobody used in the last days, where there is one and this user may. */
export function removeUnused(root: string): void {
  for (const name of namesIn(root)) {
    try {
      const folder = join(root, name);
      if (ageMs(folder) > KEPT_MS) removeWhole(folder);
    } catch {
      // Another run removes it as well.
    }
  }
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

const ageMs = (folder: string): number => Date.now() - statSync(folder).mtimeMs;
