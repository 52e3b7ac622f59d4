import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";

interface FileRecord {
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

const manifestName = ".complete.json";

// The life of a cache entry:
// 1. Its folder is `<root>/<name>-<key>`. The key is a hash of all texts that decide the content, so changed pins, sources or flags
//    give another folder, and the old one is never read again.
// 2. If the folder is missing, or its manifest does not match its files, the entry is made in `<folder>.part`. An interrupted
//    run leaves `.part` behind, and the next run goes on there.
// 3. When the content is complete, the manifest `.complete.json` is written into it: size, time of change and SHA-256 of each file.
// 4. One rename moves the content to its folder, so no reader ever sees half an entry.
// 5. Each later use compares the manifest with the files. A file whose time of change differs is hashed again, so damage is found
//    and the entry is made anew.
//
// Example: `helm-0a1b2c3d4e5f` is made from go.mod, go.sum and link flags. The build is interrupted: only
// `helm-0a1b2c3d4e5f.part` exists. The same command again finishes it and renames it. A new version in go.mod changes the key:
// another folder is made beside the old one.

/** Something to make once and keep: its name, the inputs that decide its content, and how to make it. */
export interface EntrySpec {
  readonly name: string;
  /** All texts that decide the content: pins, sources, flags. */
  readonly inputs: readonly string[];
  /**
   * Makes the content in the folder `scratch`, which may hold the remains of an interrupted run. Returns the folder to keep if it
   * is not `scratch` as a whole.
   */
  readonly make: (scratch: string) => Promise<string | undefined>;
}

/** The folder of an entry under `root`, whether it exists or not. */
export function entryFolder(root: string, { name, inputs }: Pick<EntrySpec, "name" | "inputs">): string {
  const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 12);
  return join(root, `${name}-${key}`);
}

/** Returns the folder of an entry. It is made first if it is missing, half written or damaged; `note` gets a line about damage. */
export async function ensureEntry(root: string, spec: EntrySpec, note: (line: string) => void): Promise<string> {
  const folder = entryFolder(root, spec);
  const damage = await findDamage(folder);
  if (damage === undefined) return folder;
  if (damage !== "missing") note(`${spec.name}: ${damage} in the cache, making it again`);
  const scratch = `${folder}.part`;
  await mkdir(scratch, { recursive: true });
  const kept = (await spec.make(scratch)) ?? scratch;
  await writeManifest(kept);
  await rm(folder, { recursive: true, force: true });
  await rename(kept, folder);
  if (kept !== scratch) await rm(scratch, { recursive: true, force: true });
  return folder;
}

/** What is wrong with an entry's folder, such as "missing" or "bin/helm has another size"; undefined if it is whole. */
export async function findDamage(folder: string): Promise<string | undefined> {
  let manifest: Record<string, FileRecord>;
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestName), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return "a damaged manifest";
    const present = await readdir(folder).catch(() => undefined);
    return present === undefined ? "missing" : "a half-written entry";
  }
  for (const [name, record] of Object.entries(manifest)) {
    const path = join(folder, name);
    const now = await stat(path).catch(() => undefined);
    if (!now) return `${name} is missing`;
    if (now.size !== record.size) return `${name} has another size`;
    // To hash gigabytes at every start would cost seconds, so only files whose time of change differs are hashed.
    if (now.mtimeMs !== record.mtimeMs && (await sha256(path)) !== record.sha256) return `${name} has other content`;
  }
  return undefined;
}

async function writeManifest(folder: string): Promise<void> {
  const manifest: Record<string, FileRecord> = {};
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!item.isFile() || item.name === manifestName) continue;
    const path = join(item.parentPath, item.name);
    const { size, mtimeMs } = await stat(path);
    manifest[relative(folder, path)] = { size, mtimeMs, sha256: await sha256(path) };
  }
  await writeFile(join(folder, manifestName), JSON.stringify(manifest));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Replaces a file or link in one step, even if programs run from the old one: `make` makes it under another name first. */
export async function replace(place: string, make: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = `${place}.new`;
  await rm(scratch, { force: true });
  await make(scratch);
  await rename(scratch, place);
  // POSIX: a rename of one hard link onto another of the same file does nothing, and leaves the first one.
  await rm(scratch, { force: true });
}
