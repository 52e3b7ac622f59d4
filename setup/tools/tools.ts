import { copyFile, link, lstat, mkdir, readdir, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { factsIn } from "../../start/kept-fact.ts";
import { ensureEntry, entryFolder, findDamage, replace } from "../machine/cache.ts";
import type { Outside } from "../machine/outside.ts";
import type { Paths } from "../machine/paths.ts";
import type { Report } from "../machine/progress.ts";
import { downloadEntry, officialReleases, type Release } from "./downloads.ts";
import { type GoBuilder, type GoToolName, goEntry, goTools, requireSourceBuild } from "./from-source.ts";
import { BUILT_HOST, HOST_SCRIPT } from "./language-host.ts";
import { oldest } from "./pins.ts";
import { isAtLeast, versionText } from "./version.ts";

/** How a tool came to this machine. */
export type Way = "installed" | "downloaded" | "built";

/** An installed tool of a usable version. */
export interface ResolvedTool {
  readonly name: ToolName;
  readonly way: Way;
  readonly version: string;
  readonly path: string;
}

/** A tool that is missing or too old, and how it would be brought. */
export interface MissingTool {
  readonly name: ToolName;
  readonly way: "missing";
  /** The version that was found, if one was and is too old. */
  readonly found?: string;
  readonly next: "download" | "build";
}

/** How to ask a tool for its version, and which modules build it. */
export interface ToolSpec {
  readonly versionArgs: readonly string[];
  readonly oldest: string;
  /** The modules of setup/go to build; the first one holds the command itself. */
  readonly sources: readonly GoToolName[];
  /** The command that brings it, if experiments do not need it. */
  readonly broughtBy?: string;
}

/** The tools of the lab. Every experiment needs those without `broughtBy`. */
export const toolSpecs = {
  minikube: { versionArgs: ["version", "--short"], oldest: oldest.minikube, sources: ["minikube"] },
  kubectl: { versionArgs: ["version", "--client"], oldest: oldest.kubectl, sources: ["kubernetes"] },
  pulumi: { versionArgs: ["version"], oldest: oldest.pulumi, sources: ["pulumi", "pulumi-language-nodejs"] },
  helm: {
    versionArgs: ["version", "--template", "{{.Version}}"],
    oldest: oldest.helm,
    sources: ["helm"],
    broughtBy: "bin/lab up helm",
  },
} as const satisfies Record<string, ToolSpec>;

export type ToolName = keyof typeof toolSpecs;

/** What `inspectTool` and `resolveTool` work with. */
export interface ToolContext {
  readonly outside: Outside;
  readonly paths: Paths;
  readonly builder: GoBuilder;
}

/** Finds a tool, and changes nothing: installed and recent enough, downloaded before, built before, or missing. */
export async function inspectTool(context: ToolContext, name: ToolName): Promise<ResolvedTool | MissingTool> {
  const { outside, paths, builder } = context;
  const spec: ToolSpec = toolSpecs[name];
  const installed = await outside.which(name);
  let found: string | undefined;
  if (installed && !(await isOwn(paths, installed))) {
    const version = await versionOf(context, installed, spec);
    if (version && isAtLeast(version, spec.oldest)) return { name, way: "installed", version, path: installed };
    found = `${installed} ${version ?? "does not run"}`;
  }
  const downloaded = join(
    entryFolder(downloadsOf(paths), downloadEntry(outside, officialReleases(outside.arch)[name])),
    name,
  );
  if (await isWhole(downloaded)) return present(context, name, "downloaded", downloaded);
  const [main] = spec.sources;
  if (main) {
    const built = join(entryFolder(builder.outputFolder, await goEntry(builder, goTools[main])), name);
    if (await isWhole(built)) return present(context, name, "built", built);
  }
  const next = (await isPublished(outside, officialReleases(outside.arch)[name])) ? "download" : "build";
  return { name, way: "missing", next, ...(found ? { found } : {}) };
}

/** Whether a command lies in the lab's own folder, by whatever name: HOME may be a link, and the PATH may say where that leads. */
async function isOwn({ bin }: Paths, command: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => path);
  return dirname(command) === bin || (await real(dirname(command))) === (await real(bin));
}

/** Whether one of a release's sources answers: then it is downloaded, and a download that fails is an error and no reason to build. */
async function isPublished({ reachable }: Outside, { sources }: Release): Promise<boolean> {
  for (const { url } of sources) if (await reachable(url)) return true;
  return false;
}

/** Brings a missing tool to this machine. A downloaded or built one gets a link in the lab's folder for PATH. */
export async function resolveTool(context: ToolContext, name: ToolName, report: Report): Promise<ResolvedTool> {
  const state = await inspectTool(context, name);
  const tool = state.way === "missing" ? await fetchTool(context, state, report) : state;
  if (tool.way === "installed") return tool;
  await linkTool(context, tool);
  return { ...tool, path: join(context.paths.bin, name) };
}

/** The folder of a module's binaries if they were built before and are whole. */
export async function builtFolder(builder: GoBuilder, name: GoToolName): Promise<string | undefined> {
  const folder = entryFolder(builder.outputFolder, await goEntry(builder, goTools[name]));
  return (await findDamage(folder)) === undefined ? folder : undefined;
}

/** Builds a module of setup/go, or finds it in the cache, or joins a build under way; returns the folder of its binaries. */
export function buildTool(builder: GoBuilder, name: GoToolName, report: Report): Promise<string> {
  const underWay = builder.underWay.get(name);
  if (underWay) return underWay;
  const build = buildNow(builder, name, report).finally(() => builder.underWay.delete(name));
  builder.underWay.set(name, build);
  return build;
}

async function buildNow(builder: GoBuilder, name: GoToolName, report: Report): Promise<string> {
  const tool = goTools[name];
  const spec = await goEntry(builder, tool);
  return ensureEntry(
    builder.outputFolder,
    {
      ...spec,
      make: async (scratch) => {
        await builder.go(); // Go may have to be brought first, and shows its own progress.
        return report.during(`building ${name} from source`, tool.usualSeconds, () => spec.make(scratch));
      },
    },
    report.note,
  );
}

async function fetchTool(context: ToolContext, { name, next }: MissingTool, report: Report): Promise<ResolvedTool> {
  const { outside, paths, builder } = context;
  if (next === "download") {
    const release = officialReleases(outside.arch)[name];
    const entry = downloadEntry(outside, release);
    const folder = await report.during(`downloading ${name} ${release.version}`, 30, () =>
      ensureEntry(downloadsOf(paths), entry, report.note),
    );
    return present(context, name, "downloaded", join(folder, name));
  }
  await requireSourceBuild(outside, name);
  const folders: string[] = [];
  for (const source of toolSpecs[name].sources) folders.push(await buildTool(builder, source, report));
  return present(context, name, "built", join(folders[0] ?? "", name));
}

/** The lab's own binary says the same until it is another one; an installed command may be a script that starts another one each day. */
async function present(context: ToolContext, name: ToolName, way: Way, path: string): Promise<ResolvedTool> {
  const ask = async (): Promise<string> => {
    const version = await versionOf(context, path, toolSpecs[name]);
    if (version === undefined) throw new Error(`${path} tells no version`);
    return version;
  };
  // What it did not tell is not kept: it may have been too slow.
  const version = await factsIn(context.paths.cache)("version", [path], ask).catch(() => "unknown");
  return { name, way, path, version };
}

async function versionOf({ outside, paths }: ToolContext, path: string, spec: ToolSpec): Promise<string | undefined> {
  // Pulumi writes a log into its home even when it only says its version: keep it out of the user's home.
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: paths.pulumiHome };
  const result = await outside.run(path, spec.versionArgs, { timeoutMs: 20_000, env });
  return result.exitCode === 0 ? versionText(result.stdout) : undefined;
}

async function isWhole(path: string): Promise<boolean> {
  return (await findDamage(join(path, ".."))) === undefined;
}

async function linkTool(context: ToolContext, tool: ResolvedTool): Promise<void> {
  const { paths } = context;
  await mkdir(paths.bin, { recursive: true });
  if (tool.name !== "pulumi") {
    await replace(join(paths.bin, tool.name), (place) => symlink(tool.path, place));
    return;
  }
  // Pulumi takes a host from the PATH before the one beside its own binary, and then warns at every command: all of them lie here,
  // so that those of an older Pulumi come later on the PATH. By hard links, since Pulumi looks where its binary really lies.
  const programs = tool.way === "downloaded" ? await programsBeside(tool.path) : [tool.path];
  for (const source of programs) await placeProgram(source, join(paths.bin, basename(source)));
  if (tool.way === "built") await placeBuiltHost(context);
}

/** Pulumi's own binary, and the hosts of languages, analyzers and so on that came with it. */
async function programsBeside(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  return (await readdir(folder)).filter((name) => /^pulumi(-|$)/.test(name)).map((name) => join(folder, name));
}

async function placeBuiltHost({ builder, paths }: ToolContext): Promise<void> {
  const name = "pulumi-language-nodejs";
  const host = join(entryFolder(builder.outputFolder, await goEntry(builder, goTools[name])), name);
  await placeProgram(host, join(paths.bin, BUILT_HOST));
  await replace(join(paths.bin, name), (place) => writeFile(place, HOST_SCRIPT, { mode: 0o755 }));
}

/** Puts a program there by a hard link. One that is there stays: another link would make it a file that has just changed. */
async function placeProgram(source: string, target: string): Promise<void> {
  const [wanted, there] = await Promise.all([stat(source), lstat(target).catch(() => undefined)]);
  if (there !== undefined && there.ino === wanted.ino && there.dev === wanted.dev) return;
  await replace(target, (place) => link(source, place).catch(() => copyFile(source, place)));
}

function downloadsOf(paths: Paths): string {
  return join(paths.cache, "downloads");
}
