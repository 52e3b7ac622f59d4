import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type EntrySpec, ensureEntry, entryFolder, findDamage } from "../../../setup/machine/cache.ts";
import { recordingReport, scratchFolder } from "../support/scratch.ts";

function countingSpec(inputs: readonly string[] = ["pin 1"]): EntrySpec & { made: number } {
  const spec = {
    name: "tool",
    inputs,
    made: 0,
    make: async (scratch: string) => {
      spec.made += 1;
      await writeFile(join(scratch, "tool"), "binary");
      return undefined;
    },
  };
  return spec;
}

describe("cache entries", () => {
  test("are made once and then used", async () => {
    const root = await scratchFolder();
    const spec = countingSpec();
    const folder = await ensureEntry(root, spec, () => undefined);
    expect(await ensureEntry(root, spec, () => undefined)).toBe(folder);
    expect(spec.made).toBe(1);
    expect(await readFile(join(folder, "tool"), "utf8")).toBe("binary");
  });

  test("lie elsewhere when a pin changes", () => {
    expect(entryFolder("/cache", countingSpec(["pin 1"]))).not.toBe(entryFolder("/cache", countingSpec(["pin 2"])));
  });

  test.each([
    ["a file is missing", (folder: string) => rm(join(folder, "tool")), "tool is missing"],
    ["a file is cut short", (folder: string) => writeFile(join(folder, "tool"), "bin"), "tool has another size"],
    ["a file has other bytes", (folder: string) => writeFile(join(folder, "tool"), "BINARY"), "tool has other content"],
    ["the manifest is missing", (folder: string) => rm(join(folder, ".complete.json")), "a half-written entry"],
    [
      "the manifest is cut short",
      (folder: string) => writeFile(join(folder, ".complete.json"), "{"),
      "a damaged manifest",
    ],
  ])("are made again when %s", async (_case, damage, reason) => {
    const root = await scratchFolder();
    const spec = countingSpec();
    const folder = await ensureEntry(root, spec, () => undefined);
    await damage(folder);
    expect(await findDamage(folder)).toBe(reason);
    const report = recordingReport();
    await ensureEntry(root, spec, report.note);
    expect(spec.made).toBe(2);
    expect(report.lines).toEqual([`tool: ${reason} in the cache, making it again`]);
    expect(await findDamage(folder)).toBeUndefined();
  });

  test("go on from what an interrupted run left, and show nothing of it before they are whole", async () => {
    const root = await scratchFolder();
    const spec = countingSpec();
    const interrupted: EntrySpec = {
      ...spec,
      make: async (scratch) => {
        await writeFile(join(scratch, "part"), "half");
        throw new Error("interrupted");
      },
    };
    await expect(ensureEntry(root, interrupted, () => undefined)).rejects.toThrow("interrupted");
    expect(await findDamage(entryFolder(root, spec))).toBe("missing");
    const folder = await ensureEntry(root, spec, () => undefined);
    expect((await readdir(folder)).sort()).toEqual([".complete.json", "part", "tool"]);
    expect(await readdir(root)).toHaveLength(1);
  });

  test("keep only the folder that making them names", async () => {
    const root = await scratchFolder();
    const folder = await ensureEntry(
      root,
      {
        name: "tool",
        inputs: [],
        make: async (scratch) => {
          await mkdir(join(scratch, "out"));
          await writeFile(join(scratch, "out", "tool"), "binary");
          await writeFile(join(scratch, "work"), "left over");
          return join(scratch, "out");
        },
      },
      () => undefined,
    );
    expect((await readdir(folder)).sort()).toEqual([".complete.json", "tool"]);
    expect(await readdir(root)).toHaveLength(1);
  });
});
