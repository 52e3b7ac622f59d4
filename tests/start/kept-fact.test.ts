import { chmod, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { factsIn } from "../../start/kept-fact.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

/** The clock of some file systems goes in ticks of up to 10 ms, and these tests change what they have only just made. */
const TICK_MS = 20;
const LATER_MS = 60_000;
const later = () => Date.now() + LATER_MS;

let cache: string;
let file: string;
let found: number;

beforeEach(async () => {
  const folder = await scratchFolder();
  cache = join(folder, "cache");
  file = join(folder, "file");
  found = 0;
  await writeFile(file, "one");
});

const find = async () => {
  found += 1;
  return `fact ${found}`;
};

const ask = (nowMs: () => number = later, question = "what") => factsIn(cache, nowMs)(question, [file], find);

test("a fact about files that have not changed is found out once", async () => {
  expect([await ask(), await ask()]).toEqual(["fact 1", "fact 1"]);
});

test("each question and each set of files has a fact of its own", async () => {
  expect(await ask()).toBe("fact 1");
  expect(await ask(later, "what else")).toBe("fact 2");
  expect(await factsIn(cache, later)("what", [file, cache], find)).toBe("fact 3");
});

test.each<[string, () => Promise<unknown>]>([
  [
    "other content of the same length and time",
    async () => {
      const { atime, mtime } = await stat(file);
      await writeFile(file, "two");
      await utimes(file, atime, mtime);
    },
  ],
  [
    "another file in its place with the same time",
    async () => {
      const { atime, mtime } = await stat(file);
      await writeFile(`${file}.new`, "two");
      await utimes(`${file}.new`, atime, mtime);
      await rename(`${file}.new`, file);
    },
  ],
  ["another mode", () => chmod(file, 0o755)],
])("%s asks again", async (_what, change) => {
  expect(await ask()).toBe("fact 1");
  await sleep(TICK_MS);
  await change();
  expect(await ask()).toBe("fact 2");
});

test("nothing is kept of a file that was changed in the last moments: the next change might have the same time", async () => {
  expect([await ask(Date.now), await ask(Date.now)]).toEqual(["fact 1", "fact 2"]);
  expect(await ask()).toBe("fact 3");
});

test("nothing is kept of a file that changes while it is read", async () => {
  const facts = factsIn(cache, later);
  const changing = async () => {
    await sleep(TICK_MS);
    await writeFile(file, "two");
    return find();
  };
  expect(await facts("what", [file], changing)).toBe("fact 1");
  expect(await facts("what", [file], find)).toBe("fact 2");
});

test("of a link it heeds what it leads to", async () => {
  const link = `${file}.link`;
  await symlink(file, link);
  const facts = factsIn(cache, later);
  expect(await facts("what", [link], find)).toBe("fact 1");
  expect(await facts("what", [link], find)).toBe("fact 1");
  await sleep(TICK_MS);
  await writeFile(file, "two");
  expect(await facts("what", [link], find)).toBe("fact 2");
});

test("a file that is missing is asked for each time, and its error comes through", async () => {
  await rm(file);
  await expect(factsIn(cache, later)("what", [file], () => stat(file).then(String))).rejects.toThrow("ENOENT");
});

test("several programs that find it out at once leave one whole fact", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => ask()));
  expect(answers).toContain(await ask());
  expect(await readdir(join(cache, "facts"))).toHaveLength(1);
});

test("a fact of which a loss of power has left no content is found out again", async () => {
  await ask();
  const [name = ""] = await readdir(join(cache, "facts"));
  await writeFile(join(cache, "facts", name), "");
  expect([await ask(), await ask()]).toEqual(["fact 2", "fact 2"]);
});

test("where the cache cannot be written, it is found out each time", async () => {
  await writeFile(cache, "no folder");
  expect([await ask(), await ask()]).toEqual(["fact 1", "fact 2"]);
});

test("a fact that nobody asked for in the last days goes when another one is kept", async () => {
  await ask();
  const [old = ""] = await readdir(join(cache, "facts"));
  const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
  await utimes(join(cache, "facts", old), eightDaysAgo, eightDaysAgo);
  await ask(later, "what else");
  expect(await readdir(join(cache, "facts"))).not.toContain(old);
});
