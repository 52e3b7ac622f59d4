import { appendFile, chmod, copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { type Answer, archive, type Makers, startMakers } from "../setup/support/makers.ts";
import { programsOnly, scratchFolder } from "../setup/support/scratch.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const version = /^node_version=(.+)$/m.exec(await readFile(join(project, "bin", "lab"), "utf8"))?.[1] ?? "";
const os = process.platform === "darwin" ? "darwin" : "linux";
const name = `node-v${version}-${os}-${process.arch === "arm64" ? "arm64" : "x64"}`;
const site = `nodejs.org/dist/v${version}`;

/** What every system has of its own; `sha256sum` is `shasum` on a Mac. */
const OWN = (
  "awk basename cat chmod cmp cp date dirname git grep gzip id ln ls mkdir mv readlink rm sed sleep tail tar tr uname " +
  (os === "darwin" ? "shasum perl" : "sha256sum")
).split(" ");

/** Node.js as its makers publish it: an archive and a list of sums. Its `node` says how it is called, and so does its `npm`. */
async function nodeFiles(): Promise<Readonly<Record<string, Answer>>> {
  const content = await archive(name, {
    "bin/node": 'if [ "$1" = --version ]; then echo v24.1.0; else echo "node $*"; fi',
    "bin/npm": 'echo "npm $* with NODE_USE_SYSTEM_CA=$NODE_USE_SYSTEM_CA"',
  });
  const { createHash } = await import("node:crypto");
  const sum = createHash("sha256").update(content).digest("hex");
  const sums = `${"0".repeat(64)}  node-v${version}.pkg\n${sum}  ${name}.tar.gz\n`;
  return { [`${site}/${name}.tar.gz`]: content, [`${site}/SHASUMS256.txt`]: Buffer.from(sums) };
}

/** A machine with a checkout and without Node.js, and the programs that are named beside a system's own. */
async function bareMachine(programs: readonly string[], makers: Pick<Makers, "env" | "authority">) {
  const home = await scratchFolder();
  const checkout = join(home, "online-inference");
  for (const file of ["bin/lab", "package.json", "package-lock.json"]) {
    await mkdir(dirname(join(checkout, file)), { recursive: true });
    await copyFile(join(project, file), join(checkout, file));
  }
  await cp(join(project, "setup", "node"), join(checkout, "setup", "node"), { recursive: true });
  await mkdir(join(checkout, "node_modules"));
  const path = await programsOnly(...OWN, ...programs);
  const cache = join(home, ".cache", "online-inference");
  return {
    cache,
    checkout,
    log: () => readFile(join(cache, "log", "npm-ci.log"), "utf8"),
    put: async (program: string, body: string) => {
      const file = join(path, program);
      await execa("rm", ["-f", file]);
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
    },
    run: (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      execa("/bin/sh", [join(checkout, "bin", "lab"), ...args], {
        reject: false,
        extendEnv: false,
        env: { HOME: home, PATH: path, ...makers.env, SSL_CERT_FILE: makers.authority, ...more },
      }),
  };
}

const NO_MAKERS = {
  env: { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" },
  authority: "/dev/null",
};

describe("bin/lab on a machine without Node.js", () => {
  test.each([["curl"], ["wget"], ["python3"]])("fetches it by %s, and the packages by npm ci", async (program) => {
    const machine = await bareMachine([program], await startMakers(await nodeFiles()));
    const { stdout, stderr, exitCode } = await machine.run(["doctor", "--profile", "x"], { NODE_ENV: "production" });
    expect(stderr).toBe(`bringing Node.js ${version} from its makers\ninstalling the npm packages (1 min elsewhere)`);
    expect(stdout).toBe(`node ${machine.checkout}/cli/start-lab.ts doctor --profile x`);
    expect(exitCode).toBe(0);
    expect(await machine.log()).toBe(
      "npm ci --include=dev --ignore-scripts --no-audit --no-fund with NODE_USE_SYSTEM_CA=1\n",
    );
    expect((await machine.run(["doctor"])).stderr).toBe("");
  });

  test.each([["curl"], ["wget"], ["python3"]])(
    "gets it by %s in spite of a line that is cut twice",
    async (program) => {
      const makers = await startMakers(await nodeFiles());
      makers.cut(`${site}/${name}.tar.gz`, 2);
      const { exitCode } = await (await bareMachine([program], makers)).run(["doctor"]);
      expect(exitCode).toBe(0);
      expect(makers.asked.filter((one) => one.endsWith(".tar.gz"))).toHaveLength(3);
    },
  );

  test("says why its makers do not give it", async () => {
    const makers = await startMakers(await nodeFiles());
    makers.cut(`${site}/${name}.tar.gz`, 99);
    const { stderr, exitCode } = await (await bareMachine(["curl"], makers)).run(["doctor"], {
      ONLINE_INFERENCE_SOURCE: "download",
    });
    expect(stderr).toMatch(/could not be brought here \(got: none; from its makers: curl: \(\d+\) .*\)\. Install it/);
    expect(exitCode).toBe(2);
  });

  test.each([
    ["the machine has nothing to fetch with", [], "neither curl, GNU wget nor python3 is installed"],
    ["the proxy refuses", ["curl"], "curl: (7)"],
    ["nobody's wget checks certificates", ["busybox-wget"], "neither curl, GNU wget nor python3 is installed"],
  ])("says so where %s", async (_why, programs, cause) => {
    const isBusyBox = programs.includes("busybox-wget");
    const machine = await bareMachine(isBusyBox ? [] : programs, NO_MAKERS);
    if (isBusyBox) await machine.put("wget", 'echo "wget: unrecognized option --version, BusyBox v1.36.1"; exit 1');
    const { stderr } = await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "download" });
    expect(stderr).toContain(`from its makers: ${cause}`);
  });

  test("asks no maker where the user wants none, and takes no other word for that", async () => {
    const makers = await startMakers(await nodeFiles());
    const machine = await bareMachine(["curl"], makers);
    expect((await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "build" })).exitCode).toBe(2);
    expect(makers.asked).toEqual([]);
    const { stderr } = await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "biuld" });
    expect(stderr).toContain('environment ONLINE_INFERENCE_SOURCE: got "biuld", allowed: download or build.');
  });
});

describe("bin/lab says what to do", () => {
  test.each(["MINGW64_NT-10.0-22631", "MSYS_NT-10.0-22631", "CYGWIN_NT-10.0"])("on Windows (%s)", async (system) => {
    const machine = await bareMachine([], NO_MAKERS);
    await machine.put("uname", `echo ${system}`);
    const { stderr, exitCode } = await machine.run(["up", "pod"]);
    expect(stderr).toMatch(/^error: Windows itself .* runs in WSL2\. Once, in PowerShell: wsl --install\n/);
    expect(stderr).toContain("bin/lab up pod");
    expect(stderr).toContain("Linux file system");
    expect(exitCode).toBe(2);
  });

  test("by bin/lab.cmd in the words of bin/lab", async () => {
    const cmd = await readFile(join(project, "bin", "lab.cmd"), "utf8");
    const said = [...cmd.matchAll(/^echo (.*) 1>&2$/gm)].map(([, line = ""]) => line.replaceAll("^", ""));
    const script = await readFile(join(project, "bin", "lab"), "utf8");
    for (const line of said.filter((one) => !one.includes("git clone"))) expect(script).toContain(line);
    expect(said).toHaveLength(4);
    expect(cmd).toMatch(/exit \/b 2\n$/);
  });

  test("where the cache cannot be written, as after a run by sudo", async () => {
    const machine = await bareMachine([], NO_MAKERS);
    await mkdir(dirname(dirname(machine.cache)), { recursive: true });
    await appendFile(dirname(machine.cache), "not a folder");
    const { stderr, exitCode } = await machine.run(["doctor"]);
    expect(stderr).toContain(`error: ${machine.cache}: this user cannot write there`);
    expect(stderr).toContain("sudo chown -R");
    expect(exitCode).toBe(2);
  });
});
