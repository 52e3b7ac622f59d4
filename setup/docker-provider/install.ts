import { existsSync } from "node:fs";
import { access, chmod, constants, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type KeptFacts, keepingNothing } from "../../start/kept-fact.ts";
import { bundlePlugin, sourcesOfPlugin } from "./bundle.ts";
import { UserError } from "./errors.ts";
import { PLUGIN_VERSION } from "./official.ts";

/** Where to install the stand-in, and what runs it. */
export interface InstallOptions {
  /** Pulumi's folder of plugins, `$PULUMI_HOME/plugins`. */
  pluginsDir: string;
  /** Absolute path of the Node that runs the plugin. */
  nodePath: string;
  /** Version that the program's `@pulumi/docker` asks for, for example `5.2.0`. */
  version: string;
  /** Keeps the bundle until one of its sources changes; absent: it is made anew. */
  facts?: KeptFacts;
}

const LAUNCHER = "pulumi-resource-docker";
const BUNDLE = "plugin.cjs";

/**
 * Installs the stand-in into the folder in which Pulumi looks for its docker plugin, and returns that folder. The installed
 * stand-in needs neither this checkout nor its packages. An equal one that is installed already stays as it is.
 * @throws {UserError} if the official plugin is installed there, which is never replaced.
 */
export async function installDockerProvider(options: InstallOptions): Promise<string> {
  const { pluginsDir, nodePath, version, facts = keepingNothing } = options;
  if (version !== PLUGIN_VERSION) {
    throw new UserError(
      `The stand-in behaves like version ${PLUGIN_VERSION} of Pulumi's docker plugin, but @pulumi/docker asks for ${version}. ` +
        `Install @pulumi/docker ${PLUGIN_VERSION}, or the official plugin`,
    );
  }
  await access(nodePath, constants.X_OK).catch((error: unknown) => {
    throw new UserError(`There is no Node to run the docker provider at ${nodePath}`, { cause: error });
  });
  const target = join(pluginsDir, `resource-docker-v${version}`);
  const partial = `${target}.partial`;
  const bundle = await facts("docker plugin", await sourcesOfPlugin(), bundlePlugin);
  const files = { [BUNDLE]: bundle, [LAUNCHER]: launcher(nodePath) };
  if (!existsSync(partial) && (await holds(target, files))) return target;
  if (existsSync(target) && !existsSync(partial) && !existsSync(join(target, BUNDLE))) {
    throw new UserError(
      `${target} holds another docker plugin, probably the official one. Use it, or delete the folder`,
    );
  }
  await mkdir(pluginsDir, { recursive: true });
  // The leading dot keeps Pulumi from taking the unfinished folder for a plugin.
  const fresh = await mkdtemp(join(pluginsDir, ".resource-docker-"));
  try {
    // A temporary folder is readable by its owner alone, a plugin by everybody.
    await chmod(fresh, 0o755);
    for (const [name, text] of Object.entries(files)) await writeFile(join(fresh, name), text, { mode: 0o755 });
    await swap(fresh, target);
    // While this file exists beside a plugin, Pulumi takes it for half installed.
    await rm(partial, { force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return target;
}

/**
 * Replaces a plugin's folder, where there is one, by another. A plugin that runs from the old folder is not disturbed: it has read its
 * files already.
 */
export async function swap(fresh: string, target: string): Promise<void> {
  const old = `${fresh}-old`;
  // A run that was killed may have left it.
  await rm(old, { recursive: true, force: true });
  if (existsSync(target)) await rename(target, old);
  await rename(fresh, target);
  await rm(old, { recursive: true, force: true });
}

async function holds(folder: string, files: Record<string, string>): Promise<boolean> {
  for (const [name, text] of Object.entries(files)) {
    const found = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (found !== text) return false;
  }
  return ((await stat(join(folder, LAUNCHER))).mode & 0o111) === 0o111;
}

/** A script that runs the bundle in its own folder, wherever that folder is. */
function launcher(nodePath: string): string {
  const node = `'${nodePath.replaceAll("'", `'\\''`)}'`;
  return [
    "#!/bin/sh",
    "# Stand-in for Pulumi's docker plugin: it builds and pushes images, nothing else.",
    `exec ${node} "\${0%/*}/${BUNDLE}" "$@"`,
    "",
  ].join("\n");
}
