import { existsSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { USAGES } from "../cli/usage/commands.ts";
import { readerTexts } from "./support/reader-text.ts";
import { ROOMS, WINGS } from "./support/rooms.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const tracked = (await execa("git", ["ls-files"], { cwd: project })).stdout.split("\n");
const folders = [...new Set(tracked.filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""))];
/** Folders of code and documents; those whose names begin with a dot belong to tools. */
const wings = folders.filter((folder) => !folder.startsWith("."));
const documents = tracked.filter((file) => file.endsWith(".md") && !file.startsWith("bench/report/findings"));

const read = (file: string) => readFile(join(project, file), "utf8");
/** The names in backquotes in a table's first column. */
const firstColumn = (markdown: string): string[] =>
  [...markdown.matchAll(/^\| (`.*?`) \|/gm)]
    .flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, name = ""]) => name);

test.each(documents)("%s links to what is there", async (document) => {
  const prose = (await read(document)).replaceAll(/`[^`\n]+`/g, "");
  const links = [...prose.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
  for (const link of links) await access(join(project, dirname(document), link));
});

// The test of the rooms plants names of files that do not exist.
const naming = tracked.filter((file) => /\.(ts|yaml|json)$/.test(file) && file !== "tests/architecture.test.ts");
const rooms = wings.filter((wing) => wing !== "bin").join("|");

test("code, comments and settings name no file that is not there", async () => {
  const name = new RegExp(`(?<![\\w./-])(?:${rooms})/[\\w./-]+\\.ts\\b`, "g");
  const told = naming.map(async (file) => [...(await read(file)).matchAll(name)].map(([path]) => ({ file, path })));
  const all = (await Promise.all(told)).flat();
  expect(all.length).toBeGreaterThan(0);
  expect(all.filter(({ path }) => !existsSync(join(project, path)))).toEqual([]);
});

test("CONTRIBUTING's map has every folder, and no other", async () => {
  const text = await read("CONTRIBUTING.md");
  const map = text.slice(text.indexOf("## Map"), text.indexOf("## Tests"));
  expect(firstColumn(map).sort()).toEqual([...wings.map((wing) => `${wing}/`), "index.ts"].sort());
});

test("CONTRIBUTING has every script of package.json", async () => {
  const text = await read("CONTRIBUTING.md");
  const { scripts } = JSON.parse(await read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  const told = new Set([...text.matchAll(/`npm (?:run )?([\w:-]+)[^`]*`/g)].map(([, name]) => name));
  expect(Object.keys(scripts).filter((name) => !told.has(name))).toEqual([]);
});

test("the README leads to every page of docs/", async () => {
  const text = await read("README.md");
  const pages = tracked.filter((file) => /^docs\/[^/]+\.md$/.test(file));
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.filter((page) => !text.includes(`](${page}`))).toEqual([]);
});

test("the README's table of commands has each one with its own usage and summary", async () => {
  const text = await read("README.md");
  const table = text.slice(text.indexOf("| command | what it does |"), text.indexOf("## The experiments"));
  const rows = [...table.matchAll(/^\| `(bin\/lab .*?)` \| (.*) \|$/gm)].map(([, usage = "", what = ""]) => [
    usage.replaceAll("\\|", "|"),
    what.replaceAll("`", ""),
  ]);
  const usages = Object.values(USAGES);
  expect(rows).toEqual(usages.map(({ name, synopsis, summary }) => [`bin/lab ${name} ${synopsis}`.trimEnd(), summary]));
});

describe("a wing's README", () => {
  test.each(wings.filter((wing) => !["bin", "docs"].includes(wing)))("%s/ says what belongs there", async (wing) => {
    const [heading, empty, sentence] = (await read(`${wing}/README.md`)).split("\n");
    expect(heading).toMatch(/^# \S/);
    expect(empty).toBe("");
    expect(sentence).toMatch(/^\S.{20,}/);
  });

  test.each(["observer", "stacks", "setup", "cli"])("%s/ has every room in it", async (wing) => {
    const inside = tracked.filter((file) => file.startsWith(`${wing}/`)).map((file) => file.split("/").slice(1));
    const rooms = [...new Set(inside.filter(({ length }) => length > 1).map(([name]) => `${name}/`))];
    expect(firstColumn(await read(`${wing}/README.md`)).sort()).toEqual(rooms.sort());
  });
});

describe("docs/architecture.md", () => {
  test("draws the arrows that are allowed, and no others", async () => {
    const text = await read("docs/architecture.md");
    const [, picture = ""] = /```mermaid\n(.*?)```/s.exec(text) ?? [];
    const drawn = [...picture.matchAll(/^ {2}(\S+) (-->|-\. types \.->) (.+)$/gm)].flatMap(
      ([, from, arrow, targets = ""]) =>
        targets.split(" & ").map((to) => `${from} ${arrow === "-->" ? "imports" : "has types of"} ${to}`),
    );
    const room = (path: string) => path.split("/")[0];
    const allowed = ROOMS.flatMap(({ path, imports, types = [] }) => [
      ...imports.map((to) => `${path} imports ${room(to)}`),
      ...types.map((to) => `${path} has types of ${room(to)}`),
    ]);
    expect(drawn.sort()).toEqual([...new Set(allowed)].filter((arrow) => !arrow.endsWith(" common")).sort());
  });

  test.each(["docs/architecture.md", "common/README.md"])(
    "and %s names the rooms that import no common",
    async (file) => {
      const [, told = ""] = /very\s+room\s+but\s+(.*?)\s+may\s+import\s+it/s.exec(await read(file)) ?? [];
      // The chart has no code.
      const ground = ROOMS.filter(
        ({ path, imports }) => !["common", "charts"].includes(path) && !imports.includes("common"),
      );
      expect([...told.matchAll(/`(\w+)\/`/g)].map(([, name]) => name)).toEqual(ground.map(({ path }) => path));
    },
  );

  test("the table of allowed arrows names folders and files that are there", async () => {
    for (const { path, imports, types = [] } of [...ROOMS, ...WINGS.flatMap(({ rooms }) => rooms)]) {
      for (const name of [path, ...imports, ...types]) await access(join(project, name));
    }
  });

  test("leads from a command to a verdict, and from a config value to a pod, by numbered links", async () => {
    const text = await read("docs/architecture.md");
    for (const [title, least] of [
      ["From `bin/lab observe` to a verdict", 11],
      ["From a config value to a pod", 9],
    ] as const) {
      const section = text.slice(text.indexOf(`## ${title}`)).split("\n## ")[0] ?? "";
      const numbered = [...section.matchAll(/^\d+\. .*$/gm)];
      expect(numbered).toHaveLength(least);
      for (const [step] of numbered) expect(step).toMatch(/\]\(/);
    }
  });
});

/** Commands that read the terminal while they run, and so would swallow the lines behind them. */
const READS_TERMINAL = /^(pulumi (up|preview|refresh|destroy)|pulumi config set .*--secret|bin\/lab) /;

/** Every block of shell commands of all documents, as its lines. */
const blocks = (await Promise.all(documents.map(read)))
  .flatMap((text) => [...text.matchAll(/```sh\n([^`]+)```/g)])
  .map(([, block = ""]) => block.trimEnd().split("\n"));

describe("a block of shell commands in a document can be pasted", () => {
  test("because a command that reads the terminal has a block of its own", () => {
    const alone = blocks.filter((lines) => lines.some((line) => READS_TERMINAL.test(line)));
    expect(alone.length).toBeGreaterThan(40);
    expect(alone.filter((lines) => lines.length > 1)).toEqual([]);
  });

  test("because no up or destroy asks", () => {
    const asking = blocks.flat().filter((line) => /^pulumi (up|destroy) /.test(line) && !line.includes("--yes"));
    expect(asking).toEqual([]);
  });

  test("into a shell that knows no comments at its prompt, as zsh does by default", () => {
    expect(blocks.flat().filter((line) => /(^| )#/.test(line))).toEqual([]);
  });
});

/** What documents show as code within a line; decisions and the history of changes tell of the past. */
const spans = (await Promise.all(documents.filter((path) => !/^(CHANGELOG|docs\/decisions\/)/.test(path)).map(read)))
  .map((text) => text.replaceAll(/^```[\s\S]*?^```/gm, ""))
  .flatMap((text) => [...text.matchAll(/`([^`]+)`/g)])
  .map(([, span = ""]) => span.replaceAll("\n", " "));

/** A command that works on the stack that Pulumi has selected unless it names one: with arguments, to be typed as it stands. */
const OF_A_STACK = /\bpulumi (?:(?:config (?:set|rm)|stack output) +|(?:up|preview|destroy|refresh) +(?=-))[^.,;"`]+/g;

test("each command of Pulumi that documents and messages give names its stack", async () => {
  const messages = (await readerTexts(project, tracked)).filter(({ path }) => path.endsWith(".ts"));
  const texts = [...blocks.flat(), ...spans, ...messages.map(({ text }) => text)];
  const commands = texts.flatMap((text) => text.match(OF_A_STACK) ?? []);
  expect(commands.length).toBeGreaterThan(40);
  // The README names these flags alone, where it says what takes the place of what.
  expect(commands.filter((command) => !command.includes("--stack") && command !== "pulumi up --yes")).toEqual([]);
});
