import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeStaleLocks, requireUnlocked } from "../../cli/stale-lock.ts";

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

const owner = { username: "alice", timestamp: "2026-03-14T09:30:00.000Z" };

test("what Pulumi keeps beside a lock goes with it, and is none itself", async () => {
  await lock("gone.json", { pid: 7, hostname: hostname(), ...owner });
  await lock("gone.json.attrs", { "user.content_type": "application/json" });
  await lock("left.json.attrs", { "user.content_type": "application/json" });
  expect(await requireUnlocked(state, "pod", () => false)).toBe(1);
  expect(await readdir(folder)).toEqual(["left.json.attrs"]);
});

test("a stack on which a Pulumi works is refused: who, since when, and not by pulumi cancel", async () => {
  await lock("own.json", { pid: process.pid, hostname: hostname(), ...owner });
  const refused = requireUnlocked(state, "pod").catch(({ message }: Error) => message);
  expect(await refused).toMatch(
    new RegExp(
      `^stack pod is in use: ".+" has had it since .*\\d\\d:\\d\\d:\\d\\d \\(pid ${process.pid} of alice\\)\\. ` +
        "Wait for it to end, or end it with Ctrl-C where it runs$",
    ),
  );
});

test("another machine's Pulumi is refused as well; only of it nobody here knows whether it has ended", async () => {
  await lock("elsewhere.json", { pid: 7, hostname: `not-${hostname()}`, ...owner });
  await expect(requireUnlocked(state, "pod", () => false)).rejects.toThrow(
    `(pid 7 of alice on not-${hostname()}). Wait for it to end, or end it with Ctrl-C where it runs; if it has ended: pulumi cancel --stack pod`,
  );
});
