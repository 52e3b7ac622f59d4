import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type KeptFacts, keepingNothing } from "../../start/kept-fact.ts";

/** Counts up with each change of what a digest covers: what was kept before is of another form. */
const FORM = 1;

/**
 * SHA-256 in hex over a folder's files, in an order that does not depend on the file system. Of each file it covers the relative
 * path, whether it is executable, and the content; of a link the target. Folders of one digest give the same docker build.
 * `facts` may keep it for as long as no file changes.
 */
export async function folderDigest(folder: string, facts: KeptFacts = keepingNothing): Promise<string> {
  const root = resolve(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  paths.sort((a, b) => (a < b ? -1 : 1));
  return facts(`digest ${FORM} of ${root}`, paths, () => digestOf(root, paths));
}

async function digestOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    hash.update(`${relative(root, path).split(sep).join("/")}\0`);
    await addFile(hash, path);
    hash.update("\0");
  }
  return hash.digest("hex");
}

async function addFile(hash: Hash, path: string): Promise<void> {
  const stats = await lstat(path);
  hash.update(`${(stats.mode & 0o7777).toString(8)} ${stats.size}\0`);
  if (stats.isSymbolicLink()) hash.update(await readlink(path));
  // The base image's root file system has large files: stream them, so that memory never holds a whole one.
  else if (stats.isFile())
    await pipeline(createReadStream(path), async (chunks) => {
      for await (const chunk of chunks) hash.update(chunk);
    });
}
