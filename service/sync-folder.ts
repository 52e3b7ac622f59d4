import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Contents by path inside the folder, with `/` between names. */
export type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Makes a folder hold exactly these files. Equal files are not touched, changed ones appear whole (by a rename), and
 * stale ones go, so several processes may do the same at once. Modes do not depend on the umask.
 */
export async function syncFolder(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeStale(folder, files);
  // Beside the folder: a reader of the folder must never see a half-written file.
  const scratch = await mkdtemp(`${folder}.tmp-`);
  try {
    for (const [path, content] of files) await put(folder, path, content, join(scratch, "file"));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function put(folder: string, path: string, content: Uint8Array, scratch: string): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) await chmod(join(folder, parent), 0o755);
  const present = await readFile(target).catch(() => undefined);
  if (!present?.equals(content)) {
    await writeFile(scratch, content);
    await rename(scratch, target);
  }
  await chmod(target, 0o644);
}

async function removeStale(folder: string, files: Files): Promise<void> {
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
