import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { type IgnoreRules, readIgnoreRules } from "./dockerignore.ts";
import { messageOf, UserError } from "./errors.ts";
import type { Build } from "./inputs.ts";

/** A build context on disk. */
export interface BuildContext {
  /** Absolute path of the context, links resolved. */
  dir: string;
  /** Absolute path of the Dockerfile. */
  dockerfile: string;
  /** The Dockerfile's path relative to the context, with `/`; begins with `../` if it lies outside. */
  dockerfileInContext: string;
  rules: IgnoreRules;
}

/** A file, folder or link in a build context. */
export interface Entry {
  /** Relative to the context, with `/`. */
  path: string;
  absolute: string;
  stats: Stats;
}

/**
 * Finds context and Dockerfile, whose paths are relative to the program's folder.
 * @throws {UserError} if one of them is missing.
 */
export async function findContext(build: Build, programDir: string): Promise<BuildContext> {
  const dir = await findFolder(build.context, programDir);
  const dockerfile = resolve(programDir, build.dockerfile);
  await requireDockerfile(build, dockerfile, programDir);
  // Like the official plugin, this takes the context's path as it is written, without resolving links.
  const inContext = relative(resolve(programDir, build.context), dockerfile).split(sep).join("/");
  return { dir, dockerfile, dockerfileInContext: inContext, rules: await readIgnoreRules(dir, dockerfile) };
}

async function findFolder(context: string, programDir: string): Promise<string> {
  const path = resolve(programDir, context);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return realpath(path);
  throw new UserError(
    `Build context "${context}" is ${stats === undefined ? "missing" : "not a folder"} (looked at ${path}). ` +
      "Set build.context to a folder, relative to the program's folder",
  );
}

async function requireDockerfile(build: Build, dockerfile: string, programDir: string): Promise<void> {
  const stats = await stat(dockerfile).catch(() => undefined);
  if (stats?.isFile()) return;
  const inContext = join(build.context, build.dockerfile);
  const found = await stat(resolve(programDir, inContext)).catch(() => undefined);
  throw new UserError(
    `could not open dockerfile at ${build.dockerfile} (looked at ${dockerfile}). ` +
      (found?.isFile()
        ? `Try setting \`dockerfile\` to "${inContext}"`
        : "Set build.dockerfile to a file, relative to the program's folder and not to the context"),
  );
}

/** Walks a context in a fixed order, and yields the entries that its rules do not exclude. It does not follow links. */
export async function* walk(dir: string, rules: IgnoreRules, prefix = ""): AsyncGenerator<Entry> {
  const names = await readdir(join(dir, prefix)).catch((error: unknown) => {
    throw new UserError(`Cannot read folder ${join(dir, prefix)} of the build context: ${messageOf(error)}`);
  });
  // By bytes, so that the order depends neither on locale nor on file system.
  names.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  for (const name of names) {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const entry = { path, absolute: join(dir, path), stats: await lstat(join(dir, path)) };
    const excluded = rules.excludes(path);
    if (!entry.stats.isDirectory()) {
      // A socket or a device cannot be sent to the daemon.
      if (!excluded && (entry.stats.isFile() || entry.stats.isSymbolicLink())) yield entry;
      continue;
    }
    if (excluded && rules.excludesWholeFolders) continue;
    yield* walkFolder(entry, excluded, walk(dir, rules, path));
  }
}

/** Yields a folder and the entries below it; an excluded folder only if some entry below it is included again. */
async function* walkFolder(folder: Entry, excluded: boolean, below: AsyncGenerator<Entry>): AsyncGenerator<Entry> {
  let shown = !excluded;
  if (shown) yield folder;
  for await (const entry of below) {
    if (!shown) yield folder;
    shown = true;
    yield entry;
  }
}
