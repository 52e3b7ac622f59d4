import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileCaches } from "./compile-cache.ts";
import { isWhole, noteUse, removeUnused, removeWhole } from "./kept-folder.ts";
import type { Program } from "./programs.ts";
import { sourcesKey } from "./sources-key.ts";

/** Where the checkout and the lab's cache are. */
export interface Places {
  readonly project: string;
  readonly cache: string;
}

/**
 * The URL of the module that a program starts from: a bundle of exactly these sources and packages, or the sources themselves.
 * The bundle's folder is named by a key of their contents, so an old bundle is never found.
 *
 * 1. A key that was never seen: its folder is made, empty, and the program starts from its sources. Whoever edits the sources
 *    between two runs never waits for a bundle.
 * 2. The second run finds the empty folder, and makes the bundle, which takes a second.
 * 3. From the third run on the program starts from the bundle.
 *
 * A cache that cannot be written, a bundle that cannot be made, and sources that change meanwhile leave it at the sources. A bundle that is
 * not whole any more is made anew.
 */
export async function startOf(program: Program, { project, cache }: Places): Promise<string> {
  const source = pathToFileURL(join(project, program.source)).href;
  try {
    const root = join(cache, "bundles");
    const key = sourcesKey(project, program.rooms);
    const folder = join(root, `${program.name}-${key}`);
    if (!isWhole(folder)) {
      if (mkdirSync(folder, { recursive: true }) !== undefined) return source;
      if (readdirSync(folder).length === 0) {
        const { makeBundle } = await import("./make-bundle.ts");
        await makeBundle({ ...program, project, folder, isCurrent: () => sourcesKey(project, program.rooms) === key });
        removeUnused(root);
        removeUnused(compileCaches(cache));
      } else if (!isWhole(folder)) {
        // It holds files and is still not whole, so no other run has just finished it: it is damaged, and the next starts make it anew.
        removeWhole(folder);
        return source;
      }
    }
    if (noteUse(folder)) removeUnused(compileCaches(cache));
    return pathToFileURL(join(folder, `${program.name}.mjs`)).href;
  } catch {
    return source;
  }
}
