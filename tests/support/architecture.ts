import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { LARGE_FOLDERS, ROOMS, type Room, TWINS, WINGS, type Wing } from "./rooms.ts";

/** The most files in a folder, unless it is one of LARGE_FOLDERS. */
const MOST_FILES = 25;
/** The most lines in a file: a longer one holds more than one idea. */
const MOST_LINES = 300;
/** Files of code; data, lock files and documents may be longer. */
const CODE = /\.([cm]?[jt]sx?|go|py|sh)$/;
/** Code that imports. */
const SOURCE = /\.[cm]?[jt]sx?$/;
/** Folders that tools make. */
const MADE = new Set(["node_modules", ".git", "reports", join("service", "build")]);

/** One sentence for each violation of the rules about rooms, sizes and names; empty if there is none. */
export async function faultsOf(root: string): Promise<string[]> {
  const files = await filesIn(root);
  return [
    ...(await importFaults(root, files)),
    ...folderFaults(files),
    ...(await lengthFaults(root, files)),
    ...twinFaults(files),
  ].sort();
}

/** Paths of all files below a folder, relative to it. */
export async function filesIn(root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !MADE.has(path) && entry.name !== "node_modules") await walk(path);
      if (entry.isFile()) found.push(path);
    }
  };
  await walk("");
  return found.sort();
}

async function importFaults(root: string, files: readonly string[]): Promise<string[]> {
  const sources = files.filter((file) => SOURCE.test(file) && !isTest(file) && file !== "vitest.config.ts");
  if (sources.length === 0) return [];
  const homeless = sources.filter((file) => !ROOMS.some(({ path }) => new RegExp(pattern(path)).test(file)));
  const { output } = await cruise(
    sources,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...ROOMS.flatMap(rulesOf), ...WINGS.flatMap(rulesWithin), NO_CIRCLE, NO_UNKNOWN] },
      // An import of types counts as well.
      tsPreCompilationDeps: true,
      doNotFollow: { path: "(^|/)node_modules/" },
    },
    {
      conditionNames: ["node", "import", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"],
    },
  );
  const { violations } = (output as ICruiseResult).summary;
  return [
    ...homeless.map((file) => `${file} lies in no room`),
    ...violations.map(({ from, to, rule, cycle }) =>
      cycle
        ? `circle: ${[from, ...cycle.map(({ name }) => name)].join(" -> ")}`
        : `${from} imports ${to}: ${rule.name} may not`,
    ),
  ];
}

const NO_CIRCLE: IForbiddenRuleType = { name: "no-circle", severity: "error", from: {}, to: { circular: true } };
const NO_UNKNOWN: IForbiddenRuleType = {
  name: "what cannot be found, one",
  severity: "error",
  from: {},
  to: { couldNotResolve: true, path: "^[./]" },
};

/** A room may import itself, its allowed rooms, and packages; from some files it may import types alone. */
function rulesOf({ path, imports, types = [], pure }: Room): IForbiddenRuleType[] {
  const allowed = [path, ...imports].map(pattern);
  const from = { path: pattern(path) };
  const atRunTime = { name: `${path} at run time`, severity: "error", from } as const;
  return [
    {
      name: path,
      severity: "error",
      from,
      to: { dependencyTypes: ["local"], pathNot: [...allowed, ...types.map(pattern)] },
    },
    ...types.map((file): IForbiddenRuleType => {
      return { ...atRunTime, to: { path: pattern(file), dependencyTypesNot: ["type-only"] } };
    }),
    ...(pure ? [{ ...atRunTime, to: { dependencyTypesNot: ["local" as const, "type-only" as const] } }] : []),
  ];
}

/** The rules for the rooms inside a wing: they concern these rooms and the files beside them. */
function rulesWithin({ path, ownFiles, except, rooms }: Wing): IForbiddenRuleType[] {
  const own = { path: `^${path}/[^/]+$`, pathNot: except.map(pattern) };
  const inside = { path: rooms.map((room) => pattern(room.path)) };
  const rule = (
    name: string,
    from: IForbiddenRuleType["from"],
    to: { path: string | string[] },
  ): IForbiddenRuleType => ({
    name,
    severity: "error",
    from,
    to,
  });
  return [
    ownFiles === "below" ? rule(`a file of ${path}/ itself`, own, inside) : rule(`a room of ${path}/`, inside, own),
    ...(ownFiles === "below" && except.length > 0
      ? [rule(`a room of ${path}/`, inside, { path: except.map(pattern) })]
      : []),
    ...rooms.flatMap((room) => {
      const barred = rooms.filter((other) => other !== room && !room.imports.includes(other.path));
      if (barred.length === 0) return [];
      return [rule(room.path, { path: pattern(room.path) }, { path: barred.map((other) => pattern(other.path)) })];
    }),
  ];
}

/** A pattern for a folder with everything below it, or for one file. */
const pattern = (path: string): string => `^${path.replaceAll(".", "\\.")}${path.endsWith(".ts") ? "$" : "/"}`;

function folderFaults(files: readonly string[]): string[] {
  const folders = Map.groupBy(files, (file) => dirname(file));
  return [...folders].flatMap(([folder, inside]) =>
    inside.length <= MOST_FILES || LARGE_FOLDERS.includes(folder)
      ? []
      : [`${folder} holds ${inside.length} files, allowed: ${MOST_FILES}`],
  );
}

async function lengthFaults(root: string, files: readonly string[]): Promise<string[]> {
  const ours = files.filter((file) => CODE.test(file) && !isTest(file));
  const faults = ours.map(async (file) => {
    const lines = (await readFile(join(root, file), "utf8")).split("\n").length - 1;
    return lines <= MOST_LINES ? [] : [`${file} has ${lines} lines, allowed: ${MOST_LINES}`];
  });
  return (await Promise.all(faults)).flat();
}

function twinFaults(files: readonly string[]): string[] {
  return [...namesakes(files)]
    .filter(([name, paths]) => paths.length > (TWINS[name] ?? 1))
    .map(([name, paths]) => `${name} is there more than ${times(TWINS[name] ?? 1)}: ${paths.join(", ")}`);
}

/** Entries of TWINS that allow more files than exist. */
export function staleTwins(files: readonly string[]): string[] {
  const there = namesakes(files);
  return Object.keys(TWINS).filter((name) => (there.get(name)?.length ?? 0) !== TWINS[name] || TWINS[name] < 2);
}

const namesakes = (files: readonly string[]): Map<string, string[]> =>
  Map.groupBy(
    files.filter((file) => SOURCE.test(file) && !isTest(file)),
    (file) => basename(file),
  );

const times = (number: number): string => (number === 1 ? "once" : `${number} times`);

const isTest = (file: string): boolean => file.startsWith("tests/");
