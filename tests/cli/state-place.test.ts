import { lstat, mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { reserveStacks } from "../../cli/reserve.ts";
import { withState } from "../../cli/state-place.ts";
import { scratchPaths } from "../setup/support/scratch.ts";
import { fakeMachine } from "./support/fake-machine.ts";

const STACK_FILE = join(".pulumi", "stacks", "online-inference", "pod.json");

/** A machine with the state of an earlier version, in the cache. */
async function earlier() {
  const paths = await scratchPaths();
  const former = join(paths.cache, "state");
  await write(join(former, STACK_FILE), "the stack");
  const notes: string[] = [];
  return { paths, former, notes, settle: () => withState(paths, (line) => notes.push(line)) };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

test("the state of an earlier version moves out of the cache, and a link leads there from its old place", async () => {
  const { paths, former, notes, settle } = await earlier();
  expect(await settle()).toEqual(paths);
  expect(await readFile(join(paths.state, STACK_FILE), "utf8")).toBe("the stack");
  expect(await readlink(former)).toBe(paths.state);
  expect(notes).toEqual([
    `the state of the stacks has moved from ${former}, which may be emptied as a cache, to ${paths.state}`,
  ]);
  await settle();
  expect(notes).toHaveLength(1);
});

test("what an older checkout writes at the old place afterwards is in the same state", async () => {
  const { paths, former, settle } = await earlier();
  await settle();
  await writeFile(join(former, STACK_FILE), "written later");
  expect(await readFile(join(paths.state, STACK_FILE), "utf8")).toBe("written later");
});

test.each([
  [
    "a Pulumi that runs has locked",
    async (state: string) => {
      const lock = { pid: process.pid, username: "root", hostname: hostname(), timestamp: "2026-03-14T09:30:00Z" };
      const folder = join(state, ".pulumi", "locks", "organization", "online-inference", "pod");
      await write(join(folder, "1.json"), JSON.stringify(lock));
    },
  ],
  [
    "a command of the lab has reserved",
    async (state: string) => void (await reserveStacks(state, ["pod"], "bin/lab up pod")),
  ],
])("a state of which %s a stack stays where it is, and is used there", async (_who, occupy) => {
  const { paths, former, notes, settle } = await earlier();
  await occupy(former);
  expect(await settle()).toEqual({ ...paths, state: former });
  expect((await lstat(former)).isDirectory()).toBe(true);
  await expect(lstat(paths.state)).rejects.toThrow("ENOENT");
  expect(notes).toEqual([`the state of the stacks stays in ${former} for now, because stack pod is in use`]);
});

test("a lock of a process that has ended keeps nothing in its place", async () => {
  const { paths, former, settle } = await earlier();
  const folder = join(former, ".pulumi", "locks", "organization", "online-inference", "pod");
  // Above what Linux gives a process.
  await write(join(folder, "1.json"), JSON.stringify({ pid: 2 ** 22 + 1, hostname: hostname() }));
  expect((await settle()).state).toBe(paths.state);
  expect(await readlink(former)).toBe(paths.state);
});

test("two states stay as they are, and the newer place counts", async () => {
  const { paths, former, notes, settle } = await earlier();
  await write(join(paths.state, STACK_FILE), "newer");
  await settle();
  expect(await readFile(join(former, STACK_FILE), "utf8")).toBe("the stack");
  expect(await readFile(join(paths.state, STACK_FILE), "utf8")).toBe("newer");
  expect(notes).toEqual([
    `the state of the stacks lies in ${paths.state}; another one, of an older checkout, lies in ${former}`,
  ]);
});

test("an emptied cache gets the link again", async () => {
  const paths = await scratchPaths();
  await withState(paths, () => undefined);
  expect(await readlink(join(paths.cache, "state"))).toBe(paths.state);
});

test.each([
  ["the standard folder", ".local/state", false],
  ["that of XDG_STATE_HOME", "elsewhere", true],
])("a shell is told of %s", async (_which, name, isConfigured) => {
  const machine = await fakeMachine({});
  const folder = join(machine.folder, name);
  const own = join(folder, "online-inference");
  await machine.setUp({ profile: "minikube" }, own);
  const { stdout } = await machine.runWith(isConfigured ? { XDG_STATE_HOME: folder } : {}, "env");
  expect(stdout).toContain(`export PULUMI_BACKEND_URL='file://${join(own, "pulumi")}'`);
  expect(await readlink(join(machine.cache, "state"))).toBe(join(own, "pulumi"));
});

test("Pulumi.yaml names the standard folder, for shells without bin/lab env", async () => {
  const text = await readFile(new URL("../../Pulumi.yaml", import.meta.url), "utf8");
  expect(text).toContain("url: file://~/.local/state/online-inference/pulumi\n");
});
