import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeTogether } from "../../../cli/scripts/write-together.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

/** A folder with one file, and the files to be written into it. */
async function scene() {
  const folder = await scratchFolder();
  const old = join(folder, "old.txt");
  await writeFile(old, "before");
  const files = new Map([
    [join(folder, "new.txt"), "new"],
    [old, "after"],
    [join(folder, "last.txt"), "last"],
  ]);
  return { folder, old, files };
}

test("files are all written", async () => {
  const { folder, old, files } = await scene();
  await writeTogether(files);
  expect(await readdir(folder)).toEqual(["last.txt", "new.txt", "old.txt"]);
  expect(await readFile(old, "utf8")).toBe("after");
});

test.each(["new.txt", "old.txt", "last.txt"])("or, where %s cannot be, left as they were", async (broken) => {
  const { folder, old, files } = await scene();
  const write = async (path: string, text: string) => {
    // The disk is full in the middle of a file.
    await writeFile(path, path.endsWith(broken) ? text.slice(0, 1) : text);
    if (path.endsWith(broken)) throw new Error("no space left");
  };
  await expect(writeTogether(files, write)).rejects.toThrow("no space left");
  expect(await readdir(folder)).toEqual(["old.txt"]);
  expect(await readFile(old, "utf8")).toBe("before");
});
