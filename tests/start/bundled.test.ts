import { chmod, mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { startOf } from "../../start/bundled.ts";
import { compileCache } from "../../start/compile-cache.ts";
import { makeBundle } from "../../start/make-bundle.ts";
import { LAB } from "../../start/programs.ts";
import { sourcesKey } from "../../start/sources-key.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

/** A checkout of two files: cli/lab.ts prints the words of the other one, and where it lies itself. */
async function smallCheckout() {
  const folder = await scratchFolder();
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const room of LAB.rooms) await mkdir(join(folder, "checkout", room), { recursive: true });
  for (const file of ["node_modules/.package-lock.json", "package.json", "tsconfig.json"])
    await write(`checkout/${file}`, "{}");
  await write("checkout/common/words.ts", 'export const words: string = "first";\n');
  await write(
    "checkout/cli/lab.ts",
    'import { words } from "../common/words.ts";\nconsole.log(words, import.meta.url);\n',
  );
  const places = { project: join(folder, "checkout"), cache: join(folder, "cache") };
  const source = pathToFileURL(join(places.project, "cli", "lab.ts")).href;
  const says = async (words: string) => {
    const start = await startOf(LAB, places);
    const { stdout } = await execa(process.execPath, [fileURLToPath(start)]);
    // It finds its files by its own place, wherever the bundle lies.
    expect(stdout).toBe(`${words} ${source}`);
    return start === source ? "sources" : "bundle";
  };
  return { ...places, write, source, says };
}

/** Has a folder be used for the last time so many days ago. */
async function daysAgo(folder: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * 86_400_000);
  await utimes(folder, then, then);
}

test("the second start of unchanged sources makes a bundle, and later ones take it", async () => {
  const { says, cache } = await smallCheckout();
  expect(await says("first")).toBe("sources");
  expect(await says("first")).toBe("bundle");
  expect(await says("first")).toBe("bundle");
  expect(await readdir(join(cache, "bundles"))).toHaveLength(1);
});

test("after a change of a source or of the packages no old bundle answers, and the way back finds the former one", async () => {
  const { says, write } = await smallCheckout();
  await says("first");
  expect(await says("first")).toBe("bundle");
  await write("checkout/common/words.ts", 'export const words: string = "other";\n');
  expect(await says("other")).toBe("sources");
  expect(await says("other")).toBe("bundle");
  await write("checkout/common/words.ts", 'export const words: string = "first";\n');
  expect(await says("first")).toBe("bundle");
  await write("checkout/node_modules/.package-lock.json", '{"packages":{}}');
  expect(await says("first")).toBe("sources");
});

test("where the cache cannot be written, the sources are started", async () => {
  const { says, cache } = await smallCheckout();
  await writeFile(cache, "no folder");
  expect(await says("first")).toBe("sources");
  expect(await says("first")).toBe("sources");
});

test.each([
  ["is gone", (file: string) => rm(file)],
  ["is without its content", (file: string) => writeFile(file, "")],
])("a bundle of which a file %s is none, and is made anew", async (_how, damage) => {
  const { says, cache } = await smallCheckout();
  for (const from of ["sources", "bundle", "bundle"]) expect(await says("first")).toBe(from);
  const [name = ""] = await readdir(join(cache, "bundles"));
  await damage(join(cache, "bundles", name, "lab.mjs"));
  for (const from of ["sources", "sources", "bundle"]) expect(await says("first")).toBe(from);
});

test("sources that change while they are bundled leave nothing under the key of before", async () => {
  const { project, cache, write } = await smallCheckout();
  const scratch = join(cache, "bundles", "lab-key");
  const isCurrent = () => sourcesKey(project, LAB.rooms) === key;
  const key = sourcesKey(project, LAB.rooms);
  await write("checkout/common/words.ts", 'export const words: string = "other";\n');
  await expect(makeBundle({ ...LAB, project, folder: scratch, isCurrent })).rejects.toThrow("have changed meanwhile");
  expect(await readdir(join(cache, "bundles"))).toEqual([]);
});

test("so they are where no bundle can be made", async () => {
  const { project, cache, write, source } = await smallCheckout();
  await write("checkout/cli/lab.ts", 'import "../common/nowhere.ts";\n');
  for (const _start of ["first", "second", "third"]) expect(await startOf(LAB, { project, cache })).toBe(source);
  expect((await readdir(join(cache, "bundles"))).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("a bundle that no start of the last days took goes when another one is made", async () => {
  const { says, write, cache } = await smallCheckout();
  await says("first");
  await says("first");
  const [old = ""] = await readdir(join(cache, "bundles"));
  await daysAgo(join(cache, "bundles", old), 30);
  await write("checkout/common/words.ts", 'export const words: string = "other";\n');
  await says("other");
  await says("other");
  expect(await readdir(join(cache, "bundles"))).not.toContain(old);
});

test("what Node.js compiled in an old week goes when a bundle is made, and once a day when one is taken", async () => {
  const { says, cache } = await smallCheckout();
  const old = async () => {
    const folder = join(cache, "compile-cache", "week-1");
    await mkdir(folder, { recursive: true });
    await daysAgo(folder, 30);
  };
  const thisWeek = join("compile-cache", basename(compileCache(cache, Date.now())));
  await mkdir(join(cache, thisWeek), { recursive: true });
  await old();
  await says("first");
  await says("first");
  expect(await readdir(join(cache, "compile-cache"))).toEqual([basename(thisWeek)]);
  await old();
  await says("first");
  expect(await readdir(join(cache, "compile-cache"))).toHaveLength(2);
  const [bundle = ""] = await readdir(join(cache, "bundles"));
  await daysAgo(join(cache, "bundles", bundle), 2);
  await says("first");
  expect(await readdir(join(cache, "compile-cache"))).toEqual([basename(thisWeek)]);
});

test("a bundle is taken although nothing can be cleaned of what Node.js compiled", async () => {
  const { says, cache } = await smallCheckout();
  await mkdir(cache);
  await writeFile(join(cache, "compile-cache"), "no folder");
  expect(await says("first")).toBe("sources");
  expect(await says("first")).toBe("bundle");
});

test("the key is of paths and contents, and of settings that bundling heeds", async () => {
  const { project, write } = await smallCheckout();
  const first = sourcesKey(project, LAB.rooms);
  expect(sourcesKey(project, LAB.rooms)).toBe(first);
  await write("checkout/plan/more.ts", "");
  expect(sourcesKey(project, LAB.rooms)).not.toBe(first);
  await chmod(join(project, "plan", "more.ts"), 0o600);
  await write("checkout/plan/notes.md", "read by nobody");
  const second = sourcesKey(project, LAB.rooms);
  await write("checkout/plan/notes.md", "still");
  expect(sourcesKey(project, LAB.rooms)).toBe(second);
  await write("checkout/cli/words.json", "{}");
  const third = sourcesKey(project, LAB.rooms);
  expect(third).not.toBe(second);
  await write("checkout/tsconfig.json", '{"compilerOptions":{}}');
  expect(sourcesKey(project, LAB.rooms)).not.toBe(third);
});
