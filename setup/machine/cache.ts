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

/** Something that was made once and is kept: what it is, and what it was made from. */
export interface EntrySpec {
  readonly name: string;
  /** Every text that decides the content: pins, sources, flags. */
  readonly inputs: readonly string[];
  /**
   * Makes the content in the folder `scratch`, which an interrupted run leaves behind for the next one to go on from.
   * Returns the folder to keep when it is not all of `scratch`.
   */
  readonly make: (scratch: string) => Promise<string | undefined>;
}

/** The folder of an entry under `root`, whether or not it is there: its name ends in a hash of the inputs. */
export function entryFolder(root: string, { name, inputs }: Pick<EntrySpec, "name" | "inputs">): string {
  const key = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 12);
  return join(root, `${name}-${key}`);
}

/**
 * Returns the folder of an entry, made now if it is missing, half written or damaged.
 * A finished entry is one rename away from its scratch folder, so that no reader ever sees half of one.
 */
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

/** Says what is wrong with an entry's folder: "missing", a damaged file's name, or undefined when it is whole. */
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
    // Hashing gigabytes at every start would cost seconds: the time of change says whether it is worth it.
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

/** Puts a file or link in its place in one step, whatever was there and whoever runs it: `make` makes it under another name. */
export async function replace(place: string, make: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = `${place}.new`;
  await rm(scratch, { force: true });
  await make(scratch);
  await rename(scratch, place);
  // Renaming one hard link of a file onto another is defined to do nothing.
  await rm(scratch, { force: true });
}
