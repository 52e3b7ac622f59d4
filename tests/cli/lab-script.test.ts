import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileCache } from "../../start/compile-cache.ts";
import { startMakers } from "../setup/support/makers.ts";
import { bareMachine, NO_MAKERS, name, nodeFiles, project, site, version } from "./support/bare-machine.ts";

describe("bin/lab on a machine without Node.js", () => {
  test.each([["curl"], ["wget"], ["python3"]])("fetches it by %s, and the packages by npm ci", async (program) => {
    const machine = await bareMachine([program], await startMakers(await nodeFiles()));
    const { stdout, stderr, exitCode } = await machine.run(["doctor", "--profile", "x"], { NODE_ENV: "production" });
    expect(stderr).toBe(`bringing Node.js ${version} from its makers\ninstalling the npm packages (about 1 min)`);
    expect(stdout).toBe(`node ${machine.checkout}/cli/start-lab.ts doctor --profile x`);
    expect(exitCode).toBe(0);
    expect(await machine.log()).toBe(
      "npm ci --include=dev --ignore-scripts --no-audit --no-fund with NODE_USE_SYSTEM_CA=1\n",
    );
    expect((await machine.run(["doctor"])).stderr).toBe("");
  });

  test("has Node.js keep what it compiles where the programs themselves do, unless the user says where", async () => {
    const says = 'if [ "$1" = --version ]; then echo v24.1.0; else echo "$NODE_COMPILE_CACHE"; fi';
    const machine = await bareMachine(["curl"], await startMakers(await nodeFiles(says)));
    const before = compileCache(machine.cache, Date.now());
    const { stdout } = await machine.run(["doctor"]);
    expect([before, compileCache(machine.cache, Date.now())]).toContain(stdout);
    expect((await machine.run(["doctor"], { NODE_COMPILE_CACHE: "/mine" })).stdout).toBe("/mine");
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

  test("says so where it was brought and does not run, as a build for glibc on Alpine", async () => {
    const machine = await bareMachine(["curl"], await startMakers(await nodeFiles("exit 127")));
    const { stderr, exitCode } = await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "download" });
    expect(stderr).toContain(
      "from its makers: what was brought does not run here (on Alpine, which has no glibc: apk add",
    );
    expect(exitCode).toBe(2);
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

test("a shell that Rosetta translates on a Mac gets the Node.js of the machine", async () => {
  const makers = await startMakers({});
  const machine = await bareMachine(["curl"], makers);
  await machine.put("uname", "case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac");
  await machine.put("sysctl", '[ "$*" = "-n hw.optional.arm64" ] && echo 1');
  await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "download" });
  expect(makers.asked.join()).toContain(`node-v${version}-darwin-arm64.tar.gz`);
  // A Mac of Intel's does not know the name.
  await machine.put("sysctl", 'echo "sysctl: unknown oid" >&2; exit 1');
  await machine.run(["doctor"], { ONLINE_INFERENCE_SOURCE: "download" });
  expect(makers.asked.join()).toContain(`node-v${version}-darwin-x64.tar.gz`);
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
