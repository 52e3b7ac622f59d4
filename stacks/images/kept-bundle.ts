import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../start/cache-folder.ts";
import { isWhole, noteUse, partsOf, putInPlace, scratchBeside } from "../../start/kept-folder.ts";
import { sourcesKey } from "../../start/sources-key.ts";

/** Contents by the name of the file, as the service's bundle has them. */
type Files = ReadonlyMap<string, Uint8Array>;

/** Where the checkout and the lab's cache are. */
type Places = { readonly project: string; readonly cache: string };

const here = (): Places => ({ project: dirname(dirname(import.meta.dirname)), cache: cacheFolder(process.env) });

/**
 * Gives the service's bundle as it was kept for exactly these sources and packages, or else makes and keeps it: to bundle takes half a
 * second, twice in every `pulumi up`. The folder is named by a key of the contents, so a bundle of other sources is never found. A
 * cache that cannot be written keeps nothing.
 */
export function keeperOf({ project, cache }: Places = here()): (make: () => Promise<Files>) => Promise<Files> {
  // Several releases have the same bundle, and are built at the same time.
  const underWay = new Map<string, Promise<Files>>();
  return (make) => {
    const key = keyOf(project);
    // Of packages that npm has not installed nobody tells what they are.
    if (key === undefined) return make();
    const folder = join(cache, "bundles", `service-${key}`);
    const isCurrent = () => keyOf(project) === key;
    const files = underWay.get(folder) ?? kept(folder, make, isCurrent).finally(() => underWay.delete(folder));
    underWay.set(folder, files);
    return files;
  };
}

function keyOf(project: string): string | undefined {
  try {
    return sourcesKey(project, ["service"]);
  } catch {
    return undefined;
  }
}

async function kept(folder: string, make: () => Promise<Files>, isCurrent: () => boolean): Promise<Files> {
  const earlier = await read(folder);
  if (earlier) return earlier;
  const files = await make();
  if (isCurrent()) await write(folder, files).catch(() => undefined);
  return files;
}

async function read(folder: string): Promise<Files | undefined> {
  if (!isWhole(folder)) return undefined;
  try {
    noteUse(folder);
    const names = partsOf(folder);
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
  } catch {
    return undefined;
  }
}

async function write(folder: string, files: Files): Promise<void> {
  const scratch = scratchBeside(folder);
  try {
    await mkdir(scratch, { recursive: true });
    for (const [name, content] of files) await writeFile(join(scratch, name), content);
    putInPlace(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
