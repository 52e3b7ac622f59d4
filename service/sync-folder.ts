import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Contents by path inside the folder, with `/` between names. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Contents by path as well, or the file on this machine that has a content. */
export type Sources = ReadonlyMap<string, Uint8Array | string>;

/** Whether two files have the same content, by `compare` or as an earlier call for unchanged files has kept it. */
export type AreEqual = (one: string, other: string, compare: () => Promise<boolean>) => Promise<boolean>;

/**
 * Makes a folder hold exactly these files. Equal files are not touched, changed ones appear whole (by a rename), and
 * stale ones go, so several processes may do the same at once. Modes do not depend on the umask.
 */
export async function syncFolder(folder: string, files: Sources, areEqual: AreEqual): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeStale(folder, files);
  // Beside the folder: a reader of the folder must never see a half-written file.
  const scratch = await mkdtemp(`${folder}.tmp-`);
  try {
    for (const [path, content] of files) await put(folder, path, content, { scratch: join(scratch, "file"), areEqual });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface PutTools {
  /** Path of a file beside the folder. */
  readonly scratch: string;
  readonly areEqual: AreEqual;
}

async function put(folder: string, path: string, source: Uint8Array | string, tools: PutTools): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) await setMode(join(folder, parent), 0o755);
  if (!(await holds(target, source, tools.areEqual))) {
    await writeFile(tools.scratch, await contentOf(source));
    await rename(tools.scratch, target);
  }
  await setMode(target, 0o644);
}

async function holds(target: string, source: Uint8Array | string, areEqual: AreEqual): Promise<boolean> {
  // A link to an equal file would lead out of the folder.
  const isFile = await lstat(target).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return false;
  const compare = async () => {
    const present = await readFile(target).catch(() => undefined);
    return present?.equals(await contentOf(source)) ?? false;
  };
  return typeof source === "string" ? areEqual(source, target, compare) : compare();
}

const contentOf = async (source: Uint8Array | string): Promise<Uint8Array> =>
  typeof source === "string" ? readFile(source) : source;

/** A mode that is right already stays: to set it again would date the file anew. */
async function setMode(path: string, mode: number): Promise<void> {
  if (((await stat(path)).mode & 0o7777) !== mode) await chmod(path, mode);
}

async function removeStale(folder: string, files: Sources): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    if (!entry.isDirectory() && !files.has(name)) await rm(path, { force: true });
  }
  // Deepest first, so that a folder is empty once its folders are gone; one that is not empty stays.
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of folders.sort().reverse()) await rmdir(path).catch(() => undefined);
}
