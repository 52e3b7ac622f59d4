import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeStaleLocks } from "../../cli/stale-lock.ts";

let state: string;
let folder: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "stale-lock-"));
  folder = join(state, ".pulumi", "locks", "organization", "online-inference", "pod");
  await mkdir(folder, { recursive: true });
});
afterEach(() => rm(state, { recursive: true }));

const lock = (name: string, content: unknown) => writeFile(join(folder, name), JSON.stringify(content));

test("only locks of processes that are gone from this machine are removed", async () => {
  await lock("gone.json", { pid: 7, hostname: hostname() });
  await lock("alive.json", { pid: 8, hostname: hostname() });
  await lock("elsewhere.json", { pid: 7, hostname: `not-${hostname()}` });
  await writeFile(join(folder, "torn.json"), "{");
  expect(await removeStaleLocks(state, "pod", (pid) => pid === 8)).toBe(1);
  expect((await readdir(folder)).sort()).toEqual(["alive.json", "elsewhere.json", "torn.json"]);
});

test("a process that lives is told from one that is gone", async () => {
  await lock("own.json", { pid: process.pid, hostname: hostname() });
  expect(await removeStaleLocks(state, "pod")).toBe(0);
});

test("a stack without locks has nothing to remove", async () => {
  expect(await removeStaleLocks(state, "rolling")).toBe(0);
});
