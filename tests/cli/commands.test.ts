import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { USAGES } from "../../cli/usage/commands.ts";
import { commandList } from "../../cli/usage/help-page.ts";
import { scratchFolder } from "../setup/support/scratch.ts";

const lab = fileURLToPath(new URL("../../cli/lab.ts", import.meta.url));
const script = fileURLToPath(new URL("../../bin/lab", import.meta.url));

/** What the lab starts on a machine; each leaves a trace and fails. */
const PROGRAMS = ["pulumi", "minikube", "docker", "kubectl", "helm", "git", "go", "npm", "curl"];

/** A machine on which every program that is started leaves a trace, and the lab that runs on it. */
async function tracedMachine() {
  const folder = await scratchFolder();
  const [bin, trace, cache] = [join(folder, "bin"), join(folder, "trace"), join(folder, "cache")];
  await mkdir(bin);
  for (const program of PROGRAMS) {
    await writeFile(join(bin, program), `#!/bin/sh\necho "${program} $*" >> "${trace}"\nexit 1\n`);
    await chmod(join(bin, program), 0o755);
  }
  return {
    folder,
    run: (...args: string[]) =>
      execa(process.execPath, [lab, ...args], {
        reject: false,
        env: { XDG_CACHE_HOME: cache, HOME: folder, MINIKUBE_HOME: folder, PATH: `${bin}:${process.env.PATH}` },
      }),
    /** Every program that was started, with its arguments. */
    started: () => readFile(trace, "utf8").catch(() => ""),
    /** What the lab keeps beside the cache of Node's compiler. */
    kept: async () =>
      (await readdir(join(cache, "online-inference")).catch(() => [])).filter((name) => name !== "compile-cache"),
    setUp: async () => {
      await mkdir(join(cache, "online-inference"), { recursive: true });
      await writeFile(join(cache, "online-inference", "machine.json"), "{}");
    },
  };
}

describe("bin/lab", () => {
  test.each([
    [["lunch"], 'command: got "lunch", allowed: up, observe, watch, compare, report, test, doctor, env, down'],
    [["up", "bluegreen"], 'experiment: got "bluegreen", allowed: one of blue-green, canary, dev'],
    [["up", "--fast"], "--fast: got no value"],
    [["up", "rolling", "--replicas", "99"], '--replicas: got "99", allowed: a whole number from 1 to 50'],
    [["observe", "rolling", "-c", "maxSurge=lots"], '-c maxSurge: got "lots"'],
    [["compare", "rolling", "probes"], "strategy: got probes"],
    [["down", "bluegreen"], 'experiment: got "bluegreen", allowed: blue-green, canary, dev'],
    [["doctor", "--profil", "x"], "flag: got --profil, allowed: --profile. Did you mean --profile?"],
    [["watch", "namespace/shop"], 'workload: got "namespace/shop", allowed: deployment/NAME, statefulset/NAME'],
    [["env"], "this machine is not set up yet. Run: bin/lab up pod"],
  ])("%j is refused in one line, with exit code 2, no stack trace, and nothing started", async (args, message) => {
    const machine = await tracedMachine();
    const { exitCode, stderr, stdout } = await machine.run(...args);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
    expect(await machine.started()).toBe("");
    expect(await machine.kept()).toEqual([]);
  });

  test("starts programs where there is nothing to refuse, so that the tests above would see them", async () => {
    const machine = await tracedMachine();
    await machine.setUp();
    const { exitCode } = await machine.run("down", "pod");
    expect(exitCode).toBe(2);
    expect(await machine.started()).toContain("pulumi version");
  });
});

describe("without Node.js, and at once,", () => {
  /** Runs the script on a machine that has a shell's own programs and nothing to bring Node.js with. */
  async function bare(...args: string[]) {
    const folder = await scratchFolder();
    for (const name of ["dirname", "readlink", "cat", "sed"]) {
      const found = (await execa("sh", ["-c", `command -v ${name}`])).stdout;
      await writeFile(join(folder, name), `#!/bin/sh\nexec ${found} "$@"\n`);
      await chmod(join(folder, name), 0o755);
    }
    return execa("/bin/sh", [script, ...args], {
      reject: false,
      extendEnv: false,
      env: { PATH: folder, HOME: folder, XDG_CACHE_HOME: folder },
    });
  }

  test.each([[[]], [["help"]], [["--help"]], [["-h"]]])(
    "%j prints the list of commands that Node.js prints",
    async (args) => {
      const { stdout, stderr, exitCode } = await bare(...args);
      expect(stdout).toBe(commandList(Object.values(USAGES)));
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    },
  );

  test("--version prints that of package.json", async () => {
    const { version } = JSON.parse(await readFile(join(dirname(dirname(script)), "package.json"), "utf8"));
    expect(await bare("--version")).toMatchObject({ stdout: version, stderr: "", exitCode: 0 });
  });
});
