import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What npm says of the installed packages; it is written anew by every install. */
const INSTALLED = join("node_modules", ".package-lock.json");
/** What the bundler heeds besides. */
const SETTINGS = ["tsconfig.json", "package.json"];
const LEFT_OUT = new Set(["node_modules", "build", "go"]);

/**
 * A key of all that decides what a bundle of some rooms does: the checkout's place, Node.js, the installed packages, settings, and each
 * source by path and content. Example: a comment added to plan/text.ts gives another key, and taking it away again the former one.
 * Files that sources open by path instead of importing them count only where `isSource` accepts their name.
 * @throws {Error} where a source cannot be read.
 */
export function sourcesKey(project: string, rooms: readonly string[], isSource = isImported): string {
  const hash = createHash("sha256");
  hash.update(`${project}\0${process.version}\0`);
  for (const file of [INSTALLED, ...SETTINGS]) hash.update(readFileSync(join(project, file)));
  for (const room of rooms) addFolder(hash, project, room, isSource);
  return hash.digest("hex").slice(0, 16);
}

/** What is imported: sources, and JSON as Node.js imports it. */
const isImported = (name: string): boolean => /\.(?:ts|json)$/.test(name);

function addFolder(
  hash: ReturnType<typeof createHash>,
  project: string,
  folder: string,
  isSource: (name: string) => boolean,
): void {
  const entries = readdirSync(join(project, folder), { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!LEFT_OUT.has(entry.name)) addFolder(hash, project, path, isSource);
    } else if (isSource(entry.name)) {
      const content = readFileSync(join(project, path));
      hash.update(`${path}\0${content.length}\0`);
      hash.update(content);
    }
  }
}
