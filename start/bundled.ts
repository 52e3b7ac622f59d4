import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Program } from "./programs.ts";
import { sourcesKey } from "./sources-key.ts";

/** Where the checkout and the lab's cache are. */
export interface Places {
  readonly project: string;
  readonly cache: string;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;

/**
 * The URL of the module that a program starts from: a bundle of exactly these sources and packages, or the sources themselves.
 * The bundle's folder is named by a key of their contents, so an old bundle is never found.
 *
 * 1. A key that was never seen: its folder is made, empty, and the program starts from its sources. Whoever edits the sources
 *    between two runs never waits for a bundle.
 * 2. The second run finds the empty folder, and makes the bundle, which takes a second.
 * 3. From the third run on the program starts from the bundle.
 *
 * A cache that cannot be written, and a bundle that cannot be made, leave it at the sources.
 */
export async function startOf(program: Program, { project, cache }: Places): Promise<string> {
  const source = pathToFileURL(join(project, program.source)).href;
  try {
    const root = join(cache, "bundles");
    const folder = join(root, `${program.name}-${sourcesKey(project, program.rooms)}`);
    const bundle = join(folder, `${program.name}.mjs`);
    if (!existsSync(bundle)) {
      if (mkdirSync(folder, { recursive: true }) !== undefined) return source;
      const { makeBundle } = await import("./make-bundle.ts");
      await makeBundle({ ...program, project, folder });
      removeUnused(root);
    } else if (ageMs(folder) > DAY_MS) utimesSync(folder, new Date(), new Date());
    return pathToFileURL(bundle).href;
  } catch {
    return source;
  }
}

const ageMs = (folder: string): number => Date.now() - statSync(folder).mtimeMs;

/** Deletes bundles that no run of the last days has used; one that runs may still load parts of its own. */
function removeUnused(root: string): void {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    if (ageMs(folder) > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
