import { mkdir, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { oldEntries } from "../../../setup/machine/old-entries.ts";
import type { Paths } from "../../../setup/machine/paths.ts";
import { scratchPaths } from "../support/scratch.ts";

let paths: Paths;
beforeEach(async () => {
  paths = await scratchPaths();
});

/** Makes an entry that was changed some days ago. */
async function entry(path: string, daysAgo: number): Promise<string> {
  const folder = join(paths.cache, path);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "program"), "12345678");
  const time = Date.now() / 1000 - daysAgo * 86_400;
  await utimes(folder, time, time);
  return folder;
}

test("of each name all but the newest are old, and so is what interrupted runs left", async () => {
  await entry("built/helm-000000000001", 1);
  const old = await entry("built/helm-000000000002", 9);
  await entry("built/pulumi-000000000003", 9);
  const left = await entry("downloads/minikube-official-000000000004.part", 1);
  await entry("downloads/minikube-official-000000000005", 30);
  await entry("built/something-else", 30);
  expect(await oldEntries(paths, [])).toEqual([
    { path: old, bytes: 8, why: "a newer one is there" },
    { path: left, bytes: 8, why: "an interrupted run left it" },
  ]);
});

test("what is in use stays, however old it is", async () => {
  await entry("built/minikube-000000000001", 1);
  const linked = await entry("built/minikube-000000000002", 9);
  await mkdir(paths.bin, { recursive: true });
  await symlink(join(linked, "program"), join(paths.bin, "minikube"));
  await entry("built/base-image-000000000003", 1);
  const base = await entry("built/base-image-000000000004", 9);
  expect(await oldEntries(paths, [base])).toEqual([]);
});

test("what Node.js compiled goes once it takes more than 100 MiB", async () => {
  const path = await entry("compile-cache", 1);
  expect(await oldEntries(paths, [])).toEqual([]);
  await truncate(join(path, "program"), 101 * 2 ** 20);
  expect(await oldEntries(paths, [])).toEqual([{ path, bytes: 101 * 2 ** 20, why: "the next commands fill it anew" }]);
});

test("an empty cache has nothing old", async () => {
  expect(await oldEntries(paths, [])).toEqual([]);
});
