import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import dockerignore, { type Ignore } from "@balena/dockerignore";
import { messageOf, UserError } from "./errors.ts";

/** The rules of a .dockerignore file, with docker's semantics, which differ from git's. */
export class IgnoreRules {
  readonly #lines: string[];
  readonly #matcher: Ignore;

  constructor(lines: string[]) {
    this.#lines = lines;
    this.#matcher = dockerignore.default({ ignorecase: false }).add(lines);
  }

  /** Whether a file is excluded; the path is relative to the context, with `/`. */
  excludes(path: string): boolean {
    return this.#matcher.ignores(path);
  }

  /** Whether an excluded folder can be skipped as a whole, because no `!` rule includes anything again. */
  get excludesWholeFolders(): boolean {
    return !this.#lines.some((line) => line.startsWith("!"));
  }

  /** The same rules, except that these paths are included. */
  keeping(paths: string[]): IgnoreRules {
    const excluded = paths.filter((path) => this.excludes(path));
    return excluded.length === 0 ? this : new IgnoreRules([...this.#lines, ...excluded.map((path) => `!${path}`)]);
  }
}

/** Parses the text of a .dockerignore file. */
export function parseIgnoreFile(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return new IgnoreRules(lines.filter((line) => !line.startsWith("#")).map((line) => line.trim()));
}

/**
 * Reads the rules that belong to a Dockerfile: `<Dockerfile>.dockerignore` beside it or at the context's root, else the
 * context's `.dockerignore`, else no rules.
 * @throws {UserError} for a file that cannot be read.
 */
export async function readIgnoreRules(contextDir: string, dockerfile: string): Promise<IgnoreRules> {
  const own = `${basename(dockerfile)}.dockerignore`;
  for (const path of [`${dockerfile}.dockerignore`, join(contextDir, own), join(contextDir, ".dockerignore")]) {
    try {
      return parseIgnoreFile(await readFile(path, "utf8"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new UserError(`Cannot read ${path}: ${messageOf(error)}`, { cause: error });
    }
  }
  return new IgnoreRules([]);
}
