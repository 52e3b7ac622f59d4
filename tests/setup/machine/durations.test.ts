import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { machineDurations } from "../../../setup/machine/durations.ts";
import { scratchFolder } from "../support/scratch.ts";

test("the first run has a guess, later ones the median of the last five here", async () => {
  const cache = join(await scratchFolder(), "cache");
  const durations = machineDurations({ cache });
  expect(await durations.usualSeconds("destroying pod", 10)).toBe(10);
  for (const seconds of [90, 20, 21, 60, 22, 19]) await durations.took("destroying pod", seconds);
  // Another process of the same machine.
  expect(await machineDurations({ cache }).usualSeconds("destroying pod", 10)).toBe(21);
  expect(await durations.usualSeconds("destroying rolling", 10)).toBe(10);
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
  expect(await durations.usualSeconds("destroying pod", 10)).toBe(10);
  await durations.took("destroying pod", 7);
  expect(await durations.usualSeconds("destroying pod", 10)).toBe(7);
});

test("a cache that cannot be written keeps no work from being done", async () => {
  const file = join(await scratchFolder(), "file");
  await writeFile(file, "");
  await machineDurations({ cache: join(file, "cache") }).took("destroying pod", 7);
});
