import { lstat, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startMakers } from "../setup/support/makers.ts";
import { bareMachine, nodeFiles } from "./support/bare-machine.ts";

/** npm's part: it fails beside another one, as npm does, writes down that it ran, and takes long where a file says so. */
const install = (seconds: number) =>
  'mkdir busy || { echo "npm error ENOTEMPTY"; exit 1; }; echo one >>installs; ' +
  `if [ -e slow ]; then sleep 30; else sleep ${seconds}; fi; rm -r busy`;

/** A machine on which each step takes some seconds, so that who starts at the same time meets it half done. */
async function machineOf(seconds = 0) {
  const makers = await startMakers(await nodeFiles(undefined, install(seconds)));
  const machine = await bareMachine(["curl"], makers);
  await machine.put("tar", `sleep ${seconds}; PATH='${process.env.PATH}'; exec tar "$@"`);
  const inCheckout = (file: string) => join(machine.checkout, file);
  return {
    ...machine,
    inCheckout,
    downloads: () => makers.asked.filter((one) => one.endsWith(".tar.gz")).length,
    installs: async () => (await readFile(inCheckout("installs"), "utf8")).split("\n").length - 1,
    nodeLock: join(machine.cache, "node.lock"),
    packagesLock: inCheckout(".npm-ci.lock"),
    /** Starts one whose npm takes long, and waits until it has begun. */
    async startSlow() {
      await writeFile(inCheckout("slow"), "");
      const running = machine.run(["doctor"]);
      await until(() => exists(inCheckout("busy")));
      return { running, pid: running.pid ?? 0 };
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(20);
}

const WAITS =
  /^waiting for another bin\/lab \(process \d+\) that brings Node\.js; if none runs, delete \S+\/node\.lock$/m;

describe("several bin/lab at once on a machine that is not prepared", () => {
  test("bring Node.js and the packages once, and say what they wait for", async () => {
    const machine = await machineOf(1);
    const results = await Promise.all([1, 2, 3].map(() => machine.run(["doctor"])));
    expect(results.map(({ exitCode, stdout }) => ({ exitCode, stdout }))).toEqual(
      Array(3).fill({ exitCode: 0, stdout: `node ${machine.checkout}/cli/start-lab.ts doctor` }),
    );
    expect({ downloads: machine.downloads(), installs: await machine.installs() }).toEqual({
      downloads: 1,
      installs: 1,
    });
    expect(results.filter(({ stderr }) => WAITS.test(stderr))).toHaveLength(2);
    expect(await Promise.all([machine.nodeLock, machine.packagesLock].map(exists))).toEqual([false, false]);
  });

  test("install the packages of one checkout one after the other, whatever caches they have", async () => {
    const machine = await machineOf(1);
    const other = { XDG_CACHE_HOME: join(machine.checkout, "..", "other") };
    const results = await Promise.all([machine.run(["doctor"]), machine.run(["doctor"], other)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect({ downloads: machine.downloads(), installs: await machine.installs() }).toEqual({
      downloads: 2,
      installs: 1,
    });
  });

  test("do not wait for one that was killed, of which exactly one takes the place", async () => {
    const machine = await machineOf();
    const killed = await machine.startSlow();
    process.kill(-killed.pid, "SIGKILL");
    expect((await killed.running).signal).toBe("SIGKILL");
    expect(await readlink(machine.packagesLock)).toMatch(new RegExp(`^${killed.pid} `));
    await Promise.all(["slow", "busy"].map((file) => rm(machine.inCheckout(file), { recursive: true })));
    const results = await Promise.all([1, 2, 3].map(() => machine.run(["doctor"])));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(await machine.installs()).toBe(2);
    expect(results.some(({ stderr }) => stderr.includes(`process ${killed.pid})`))).toBe(false);
  });

  test.each([["SIGINT"], ["SIGTERM"], ["SIGHUP"]] as const)(
    "leave no lock behind after %s, and no mark that the packages are there",
    async (signal) => {
      const machine = await machineOf();
      const stopped = await machine.startSlow();
      process.kill(-stopped.pid, signal);
      expect((await stopped.running).signal).toBe(signal);
      expect(await exists(machine.packagesLock)).toBe(false);
      expect(await exists(machine.inCheckout("node_modules/.online-inference-lock"))).toBe(false);
    },
  );

  test("wait for one of another machine or container, which cannot be asked whether it runs", async () => {
    const machine = await machineOf();
    await symlink("7 elsewhere", machine.packagesLock);
    const waiting = machine.run(["doctor"]);
    let said = "";
    waiting.stderr?.on("data", (part) => {
      said += part;
    });
    await until(() => said.includes("waiting"));
    expect(said).toContain(
      `waiting for another bin/lab (process 7) that installs the npm packages; if none runs, delete ${machine.packagesLock}`,
    );
    await rm(machine.packagesLock);
    expect((await waiting).exitCode).toBe(0);
    expect(await machine.installs()).toBe(1);
  });
});

test("a folder in which no lock can be made is named", async () => {
  const machine = await machineOf();
  await machine.put("ln", "exit 1");
  const { stderr, exitCode } = await machine.run(["doctor"]);
  expect(stderr).toContain(`error: ${machine.nodeLock}: this link cannot be made`);
  expect(exitCode).toBe(2);
});
