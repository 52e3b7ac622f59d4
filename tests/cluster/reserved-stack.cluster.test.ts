import { join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, test, vi } from "vitest";
import { lab, project, pulumi } from "./support/lab.ts";

describe("an observation has its stack to itself", { concurrent: false }, () => {
  afterAll(() => lab("down", "dev"));

  test("until it ends: others are refused at once, its steps go on, and it says what stays up", async () => {
    const observation = execa(join(project, "bin", "lab"), ["observe", "dev", "--yes", "--rate", "20"], {
      cwd: project,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    let said = "";
    observation.all.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const reached = (text: RegExp) => vi.waitFor(() => expect(said).toMatch(text), { timeout: 240_000, interval: 100 });

    await reached(/step 1 of \d, .*: observing/);
    // Both come between two steps, or in the middle of the second one.
    const [second, byHand] = await Promise.all([lab("up", "dev"), pulumi("dev", ["up", "--yes", "--skip-preview"])]);
    const words = `stack dev is in use: "bin/lab observe dev" has had it since`;
    expect(second.exitCode, second.all).toBe(2);
    expect(second.all).toContain(words);
    expect(second.all).toContain(`(pid ${observation.pid})`);
    expect(byHand.exitCode, byHand.all).not.toBe(0);
    expect(byHand.all).toMatch(/stack dev is in use|the stack is currently locked/);

    await reached(/step 2 of \d, .*: (done|ended)/);
    expect(said).toMatch(/step 2 of \d, .*: done/);
    observation.kill("SIGINT");
    const { exitCode } = await observation;
    expect(exitCode, said).toBe(130);
    expect(said).toContain("stack dev is still up. To end it: bin/lab down dev");
  });

  test("and destroys one that is up only if somebody agrees, who cannot be asked here", async () => {
    const { exitCode, all } = await lab("observe", "dev");
    expect(exitCode, all).toBe(2);
    expect(all).toContain("stack dev is up: an observation destroys it first, and again at the end");
    expect(all).toContain("agree by --yes, or end it before: bin/lab down dev");
    const { stdout } = await pulumi("dev", ["stack", "output", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ namespace: "online-inference-dev" });
  });
});
