import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { lstat, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { noteUse, removeUnused, scratchBeside } from "./kept-folder.ts";

/** Gives what `find` finds out of these files' contents, or what was kept of it while they have not changed. */
export type KeptFacts = (question: string, files: readonly string[], find: () => Promise<string>) => Promise<string>;

/** Finds everything out anew. */
export const keepingNothing: KeptFacts = (_question, _files, find) => find();

/** File systems date a change by their own clock, some to the second. */
const SETTLED_MS = 2_000;
/** A fact is whole when it ends so. */
const END = "\n";

/**
 * Keeps facts about files in the cache, such as the digest of a hundred megabytes, which a program needs at each start. A fact's
 * name there is a key of the question and of all that a file system says of the files, the time of their last change included, which no
 * program can set: of a changed file another fact is asked for. As git does, it keeps nothing of files that were changed in the last
 * moments: the next change might have the same time. A cache that cannot be written keeps nothing.
 */
export function factsIn(cache: string, nowMs: () => number = Date.now): KeptFacts {
  const root = join(cache, "facts");
  return async (question, files, find) => {
    const before = await stateOf(question, files, nowMs() - SETTLED_MS);
    if (!before) return find();
    const place = join(root, createHash("sha256").update(before).digest("hex"));
    const kept = await read(place);
    if (kept !== undefined) return kept;
    const found = await find();
    // A file that changes while it is read shows by now.
    if ((await stateOf(question, files, nowMs() - SETTLED_MS)) === before) await write(root, place, found);
    return found;
  };
}

/** What a file system says of files; undefined where one is missing, or was changed after `settledMs`. */
async function stateOf(question: string, files: readonly string[], settledMs: number): Promise<string | undefined> {
  try {
    const lines = await Promise.all(files.map(async (file) => `${file} ${await stampOf(file, settledMs)}`));
    return [question, ...lines].join("\0");
  } catch {
    return undefined;
  }
}

/** A file's stamp, which for a link is also that of the file that it leads to. */
async function stampOf(file: string, settledMs: number, look = lstatOf): Promise<string> {
  const stats = await look(file);
  if (Number(stats.ctimeMs) > settledMs) throw new Error(`${file} was changed in the last moments`);
  const { dev, ino, mode, size, mtimeNs, ctimeNs } = stats;
  const stamp = [dev, ino, mode, size, mtimeNs, ctimeNs].join(" ");
  return stats.isSymbolicLink() ? `${stamp} ${await stampOf(file, settledMs, statOf)}` : stamp;
}

const lstatOf = (file: string) => lstat(file, { bigint: true });
const statOf = (file: string) => stat(file, { bigint: true });

async function read(place: string): Promise<string | undefined> {
  try {
    const text = await readFile(place, "utf8");
    // A loss of power may leave a file without its content.
    if (!text.endsWith(END)) return undefined;
    noteUse(place);
    return text.slice(0, -END.length);
  } catch {
    return undefined;
  }
}

async function write(root: string, place: string, fact: string): Promise<void> {
  try {
    mkdirSync(root, { recursive: true });
    const scratch = scratchBeside(place);
    await writeFile(scratch, fact + END);
    await rename(scratch, place);
    removeUnused(root);
  } catch {
    // It is found out again next time.
  }
}
