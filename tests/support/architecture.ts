import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { INNER_ROOMS, LARGE_FOLDERS, ROOMS, type Room, TWINS } from "./rooms.ts";

/** A folder of more files than this is a heap. */
const MOST_FILES = 25;
/** A file of more lines than this holds more than one idea. */
const MOST_LINES = 300;
/** Files in which somebody writes code; data, locks and documents may be as long as they are. */
const CODE = /\.(ts|mjs|js|go|py|sh)$/;
const NOT_OURS = new Set(["node_modules", ".git", "build", "reports"]);

/** Every broken rule of the house in one sentence each; none where the house is in order. */
export async function faultsOf(root: string): Promise<string[]> {
  const files = await filesIn(root);
  return [
    ...(await importFaults(root, files)),
    ...folderFaults(files),
    ...(await lengthFaults(root, files)),
    ...twinFaults(files),
  ].sort();
}

/** Paths of all files below a folder, from that folder on. */
export async function filesIn(root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !NOT_OURS.has(entry.name)) await walk(path);
      if (entry.isFile()) found.push(path);
    }
  };
  await walk("");
  return found.sort();
}

async function importFaults(root: string, files: readonly string[]): Promise<string[]> {
  const sources = files.filter((file) => file.endsWith(".ts") && !isTest(file) && !file.endsWith(".config.ts"));
  if (sources.length === 0) return [];
  const { output } = await cruise(
    sources,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...ROOMS.flatMap(rulesOf), ...innerRules(), NO_CIRCLE] },
      // Types count.
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "node_modules" },
    },
    { extensions: [".ts"] },
  );
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ from, to, rule, cycle }) =>
    cycle
      ? `circle: ${[from, ...cycle.map(({ name }) => name)].join(" -> ")}`
      : `${from} imports ${to}: ${rule.name} may not`,
  );
}

const NO_CIRCLE: IForbiddenRuleType = { name: "no-circle", severity: "error", from: {}, to: { circular: true } };

/** A room imports itself, what it is allowed, and packages; of some files types alone. */
function rulesOf({ path, imports, types = [] }: Room): IForbiddenRuleType[] {
  const allowed = [path, ...imports].map(pattern);
  const from = { path: pattern(path) };
  return [
    {
      name: path,
      severity: "error",
      from,
      to: { dependencyTypes: ["local"], pathNot: [...allowed, ...types.map(pattern)] },
    },
    ...types.map((file): IForbiddenRuleType => {
      const to = { path: pattern(file), dependencyTypesNot: ["type-only" as const] };
      return { name: `${path} at run time`, severity: "error", from, to };
    }),
  ];
}

/** The rules of rooms within a room concern the other rooms of the same room alone. */
function innerRules(): IForbiddenRuleType[] {
  return INNER_ROOMS.flatMap(({ path, imports }) => {
    const parent = dirname(path);
    const others = INNER_ROOMS.filter((room) => dirname(room.path) === parent && room.path !== path);
    const barred = others.filter((room) => !imports.includes(room.path)).map((room) => pattern(room.path));
    if (barred.length === 0) return [];
    return [{ name: path, severity: "error", from: { path: pattern(path) }, to: { path: barred } }];
  });
}

/** A folder with all below it, or one file. */
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
  const named = Map.groupBy(
    files.filter((file) => file.endsWith(".ts") && !isTest(file)),
    (file) => basename(file),
  );
  return [...named]
    .filter(([name, paths]) => paths.length > 1 && !TWINS.includes(name))
    .map(([name, paths]) => `${name} is there more than once: ${paths.join(", ")}`);
}

/** Names on the list of twins that have no twin any more. */
export function widowedTwins(files: readonly string[]): string[] {
  const ours = files.filter((file) => !isTest(file)).map((file) => basename(file));
  return TWINS.filter((twin) => ours.filter((name) => name === twin).length < 2);
}

const isTest = (file: string): boolean => file.startsWith("tests/");
