import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compileCaches } from "../../start/compile-cache.ts";
import type { Paths } from "./paths.ts";

/** Something in the cache that no later run of this checkout reads. */
export interface OldEntry {
  readonly path: string;
  /** What it takes on the disk, in bytes. */
  readonly bytes: number;
  readonly why: "a newer one is there" | "an interrupted run left it" | "the next commands fill it anew";
}

/** `helm-0a1b2c3d4e5f`, or `helm-0a1b2c3d4e5f.part`; see cache.ts. */
const ENTRY = /^(?<name>.+)-[0-9a-f]{12}(?<part>\.part)?$/;

/** From this size on what Node.js compiled is old: it is kept for a week or two, and more of it comes with every edit of a source. */
const GROWN_BYTES = 100 * 2 ** 20;

/**
 * Finds old entries: of each name all but the newest, what interrupted runs left, and what has grown. What a command of the lab's
 * folder for PATH leads to, and what is `inUse`, stays in any case.
 */
export async function oldEntries(paths: Pick<Paths, "cache" | "bin">, inUse: readonly string[]): Promise<OldEntry[]> {
  const kept = new Set([...inUse, ...(await linkedFolders(paths.bin))]);
  const found: OldEntry[] = [];
  for (const root of ["built", "downloads"]) {
    const folder = join(paths.cache, root);
    const entries = await Promise.all((await namesIn(folder)).map((name) => describe(folder, name)));
    const byName = Map.groupBy(
      entries.filter((entry) => entry !== undefined),
      ({ name }) => name,
    );
    for (const group of byName.values()) {
      const whole = group.filter(({ isPart }) => !isPart).sort((one, other) => other.changedMs - one.changedMs);
      const old = whole.slice(1).filter(({ path }) => !kept.has(path));
      for (const { path } of old) found.push({ path, bytes: await bytesOf(path), why: "a newer one is there" });
      for (const { path } of group.filter(({ isPart }) => isPart))
        found.push({ path, bytes: await bytesOf(path), why: "an interrupted run left it" });
    }
  }
  const path = compileCaches(paths.cache);
  const bytes = await bytesOf(path);
  if (bytes > GROWN_BYTES) found.push({ path, bytes, why: "the next commands fill it anew" });
  return found;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function describe(folder: string, file: string) {
  const { name, part } = ENTRY.exec(file)?.groups ?? {};
  if (name === undefined) return undefined;
  const path = join(folder, file);
  return { name, path, isPart: part !== undefined, changedMs: (await lstat(path)).mtimeMs };
}

/** The folders that links of a folder lead into. */
async function linkedFolders(folder: string): Promise<readonly string[]> {
  const targets = (await namesIn(folder)).map(async (name) => {
    const link = join(folder, name);
    const target = await readlink(link).catch(() => undefined);
    return target === undefined ? [] : [dirname(target), dirname(await realpath(link).catch(() => target))];
  });
  return (await Promise.all(targets)).flat();
}

/** What a folder takes; a file with several names counts nothing, because deleting one of them frees nothing. */
async function bytesOf(folder: string): Promise<number> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = items.map(async (item) => {
    const { nlink, size } = await lstat(join(item.parentPath, item.name));
    return item.isFile() && nlink === 1 ? size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
