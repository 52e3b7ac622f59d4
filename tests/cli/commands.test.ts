import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../setup/support/scratch.ts";

const lab = fileURLToPath(new URL("../../cli/lab.ts", import.meta.url));

async function run(...args: string[]) {
  return execa(process.execPath, [lab, ...args], { reject: false, env: { XDG_CACHE_HOME: await scratchFolder() } });
}

describe("bin/lab", () => {
  test.each([
    [["launch"], 'no command "launch"; allowed: up, observe, report, compare, test, doctor, env, down'],
    [["up", "bluegreen"], 'experiment: got "bluegreen", allowed: one of blue-green, canary, dev'],
    [["up", "--fast"], "Unknown option '--fast'"],
    [["down", "bluegreen"], 'experiment: got "bluegreen", allowed: blue-green, canary, dev'],
    [["env"], "this machine is not set up yet. Run: bin/lab up pod"],
  ])("%j is refused in one line, with exit code 2 and no stack trace", async (args, message) => {
    const { exitCode, stderr, stdout } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });

  test.each([[["help"]], [["up", "--help"]], [[]]])("%j explains the commands", async (args) => {
    const { exitCode, stdout } = await run(...args);
    expect(stdout).toMatch(/bin\/lab up [\s\S]*bin\/lab observe [\s\S]*bin\/lab test/);
    expect(exitCode).toBe(0);
  });
});
