import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { machineDurations } from "../../../setup/machine/durations.ts";
import { scratchFolder } from "../support/scratch.ts";

test("of the first run nothing is known, of later ones the median of the last five here", async () => {
  const cache = join(await scratchFolder(), "cache");
  const durations = machineDurations({ cache });
  expect(await durations.usualSeconds("destroying pod")).toBeUndefined();
  for (const seconds of [90, 20, 21, 60, 22, 19]) await durations.took("destroying pod", seconds);
  // Another process of the same machine.
  expect(await machineDurations({ cache }).usualSeconds("destroying pod")).toBe(21);
  expect(await durations.usualSeconds("destroying rolling")).toBeUndefined();
  expect(JSON.parse(await readFile(join(cache, "durations.json"), "utf8"))).toEqual({
    "destroying pod": [20, 21, 60, 22, 19],
  });
});

test("what ends at the same time is all kept", async () => {
  const cache = await scratchFolder();
  const durations = machineDurations({ cache });
  await Promise.all(["one", "two", "three"].map((what, index) => durations.took(what, index + 1)));
  expect(JSON.parse(await readFile(join(cache, "durations.json"), "utf8"))).toEqual({ one: [1], two: [2], three: [3] });
  expect(await readdir(cache)).toEqual(["durations.json"]);
});

test.each([
  ["no JSON", "{"],
  ["something else", '{"destroying pod":"long"}'],
  ["nothing", "null"],
])("a file with %s knows nothing, and is replaced", async (_what, text) => {
  const cache = await scratchFolder();
  await writeFile(join(cache, "durations.json"), text);
  const durations = machineDurations({ cache });
  expect(await durations.usualSeconds("destroying pod")).toBeUndefined();
  await durations.took("destroying pod", 7);
  expect(await durations.usualSeconds("destroying pod")).toBe(7);
});

test("a cache that cannot be written keeps no work from being done", async () => {
  const file = join(await scratchFolder(), "file");
  await writeFile(file, "");
  await machineDurations({ cache: join(file, "cache") }).took("destroying pod", 7);
});

test("two commands that write at once lose nothing of each other", async () => {
  const cache = await scratchFolder();
  const names = (writer: string) => Array.from({ length: 25 }, (_, index) => `${writer} ${index}`);
  const code = (writer: string) => `
    import { machineDurations } from "./setup/machine/durations.ts";
    for (const what of ${JSON.stringify(names(writer))})
      await machineDurations({ cache: ${JSON.stringify(cache)} }).took(what, 1);`;
  const writers = ["one", "other"];
  const write = (writer: string) => execa(process.execPath, ["--input-type=module", "--eval", code(writer)]);
  await Promise.all(writers.map(write));
  const known = Object.keys(JSON.parse(await readFile(join(cache, "durations.json"), "utf8")));
  expect(known.sort()).toEqual(writers.flatMap(names).sort());
  expect(await readdir(cache)).toEqual(["durations.json"]);
});

test("what a killed command left locked is written all the same", async () => {
  const cache = await scratchFolder();
  const lock = join(cache, "durations.json.lock");
  await mkdir(lock);
  const before = new Date(Date.now() - 60_000);
  await utimes(lock, before, before);
  await machineDurations({ cache }).took("destroying pod", 7);
  expect(await machineDurations({ cache }).usualSeconds("destroying pod")).toBe(7);
});
