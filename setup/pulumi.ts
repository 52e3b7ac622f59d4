import { mkdir, readdir, readlink, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../common/user-error.ts";
import { factsIn } from "../start/kept-fact.ts";
import { installDockerProvider, swap } from "./docker-provider/install.ts";
import { replace } from "./machine/cache.ts";
import type { Outside } from "./machine/outside.ts";
import type { Paths } from "./machine/paths.ts";
import type { Report } from "./machine/progress.ts";
import { stackNames } from "./stack-names.ts";
import type { GoBuilder } from "./tools/from-source.ts";
import { pins } from "./tools/pins.ts";
import { buildTool, type Way } from "./tools/tools.ts";

const pluginSite = "https://get.pulumi.com";

/** A provider plugin of Pulumi, and how it came to this machine. */
interface Plugin {
  readonly name: "kubernetes" | "docker";
  readonly version: string;
  readonly way: Way | "stand-in" | "missing";
  readonly path: string;
}

/** The plugins. `home` is the lab's own Pulumi home if they are there, and absent if they are in the user's. */
export interface Plugins {
  readonly plugins: readonly Plugin[];
  readonly home?: string;
}

const wanted = [
  { name: "kubernetes", version: pins.kubernetesPlugin },
  { name: "docker", version: pins.dockerPlugin },
] as const;

/** Finds the plugins, and changes nothing. */
export async function inspectPlugins(outside: Outside, paths: Paths): Promise<Plugins> {
  const official = await inspectFolder(outside, join(userHome(paths), "plugins"), "downloaded");
  if (official.every(({ way }) => way !== "missing")) return { plugins: official };
  const own = await inspectFolder(outside, join(paths.pulumiHome, "plugins"), "built");
  if (own.every(({ way }) => way !== "missing")) return { plugins: own, home: paths.pulumiHome };
  return { plugins: official };
}

/** What `ensurePlugins` works with. */
export interface PluginContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly builder: GoBuilder;
  readonly report: Report;
  readonly pulumi: string;
}

/**
 * Installs the official plugins into the user's Pulumi home if they can be downloaded; else builds the kubernetes plugin, and
 * installs it with the stand-in for the docker plugin into the lab's own Pulumi home.
 */
export async function ensurePlugins(context: PluginContext): Promise<Plugins> {
  const { outside, paths, report, pulumi } = context;
  const now = await inspectFolder(outside, join(userHome(paths), "plugins"), "downloaded");
  if (now.every(({ way }) => way !== "missing")) return { plugins: now };
  if (await outside.reachable(pluginSite)) {
    for (const { name, version } of now.filter(({ way }) => way === "missing")) {
      await report.during(`downloading Pulumi's ${name} plugin ${version}`, 30, async () => {
        const result = await outside.run(pulumi, ["plugin", "install", "resource", name, version], {
          env: { PULUMI_HOME: userHome(paths) },
        });
        if (result.exitCode !== 0)
          throw new UserError(`cannot install Pulumi's ${name} plugin: ${result.stderr.trim()}`);
      });
    }
    return { plugins: await inspectFolder(outside, join(userHome(paths), "plugins"), "downloaded") };
  }
  return makePlugins(context, now);
}

/** Fills the lab's own Pulumi home. An official kubernetes plugin that is installed already is linked instead of built. */
async function makePlugins(context: PluginContext, official: readonly Plugin[]): Promise<Plugins> {
  const { outside, paths, builder, report, pulumi } = context;
  const folder = join(paths.pulumiHome, "plugins");
  await mkdir(folder, { recursive: true });
  const present = official.find(({ name, way }) => name === "kubernetes" && way !== "missing");
  const kubernetes = present ? dirname(present.path) : await buildTool(builder, "pulumi-kubernetes", report);
  await linkFolder(kubernetes, join(folder, `resource-kubernetes-v${pins.kubernetesPlugin}`));
  const facts = factsIn(paths.cache);
  await installDockerProvider({ pluginsDir: folder, nodePath: process.execPath, version: pins.dockerPlugin, facts });
  // `npx pulumi` looks for the command here before it downloads one.
  const versions = join(paths.pulumiHome, "versions", pins.pulumi);
  await mkdir(join(versions, "bin"), { recursive: true });
  await replace(join(versions, "bin", "pulumi"), (scratch) => symlink(pulumi, scratch));
  return { plugins: await inspectFolder(outside, folder, "built"), home: paths.pulumiHome };
}

async function inspectFolder(outside: Outside, folder: string, way: Way): Promise<Plugin[]> {
  return Promise.all(
    wanted.map(async ({ name, version }) => {
      const path = join(folder, `resource-${name}-v${version}`, `pulumi-resource-${name}`);
      const there = await outside.exists(path);
      const how = way === "built" && name === "docker" ? "stand-in" : way;
      return { name, version, path, way: there ? how : "missing" };
    }),
  );
}

/**
 * Makes a plugin's folder as Pulumi expects it, with links to the built files. One that has them stays as it is: another Pulumi that
 * starts meanwhile finds no plugin while its folder is replaced.
 */
async function linkFolder(source: string, target: string): Promise<void> {
  const names = (await readdir(source)).filter((name) => !name.startsWith("."));
  if (await hasLinks(target, source, names)) return;
  const scratch = `${target}.new`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  for (const name of names) await symlink(join(source, name), join(scratch, name));
  await swap(scratch, target);
}

/** Whether a folder has links to these files of another one, and nothing else. */
async function hasLinks(folder: string, source: string, names: readonly string[]): Promise<boolean> {
  const there = await readdir(folder).catch(() => []);
  if (there.length !== names.length) return false;
  const targets = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => undefined)));
  return targets.every((target, index) => target === join(source, names[index] ?? ""));
}

/** The user's own Pulumi home. The lab's home does not count, even if `bin/lab env` has set it for the shell. */
function userHome(paths: Paths): string {
  const configured = process.env.PULUMI_HOME;
  return configured && configured !== paths.pulumiHome ? configured : join(homedir(), ".pulumi");
}

/** Creates the stacks that the backend does not have yet, so that plain `pulumi up --stack NAME` works. */
export async function ensureStacks(
  outside: Outside,
  paths: Paths,
  pulumi: string,
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<void> {
  await mkdir(paths.state, { recursive: true });
  const list = await outside.run(pulumi, ["stack", "ls", "--json"], { cwd: paths.project, env });
  if (list.exitCode !== 0) throw new UserError(`Pulumi cannot list its stacks: ${list.stderr.trim()}`);
  const present = new Set((JSON.parse(list.stdout) as { name: string }[]).map(({ name }) => name));
  const missing = (await stackNames(paths)).filter((name) => !present.has(name));
  for (const name of missing) {
    const result = await outside.run(pulumi, ["stack", "init", name, "--no-select", "--non-interactive"], {
      cwd: paths.project,
      env,
    });
    if (result.exitCode !== 0) {
      throw new UserError(
        `Pulumi cannot create the stack ${name}: ${result.stderr.trim()}. The stack files hold the salt of the empty passphrase; ` +
          "with another one set for other projects: PULUMI_CONFIG_PASSPHRASE= bin/lab up pod",
      );
    }
  }
  if (missing.length > 0) report.note(`created the stacks ${missing.join(", ")}`);
}
