import { afterAll, describe, expect, test, vi } from "vitest";
import { lab, profile, pulumi, run } from "./support/lab.ts";
import { ScratchStack } from "./support/scratch-stack.ts";

/** A pending create stays in the state for ever, and Pulumi warns of it, until somebody asks the cluster. */
const WARNING = "pending operations from previous deployment";
const stack = new ScratchStack("recreate");

/**
 * Kills an `up` while it waits for the Deployment that it has just created. The Service is there by then as well: of a create that is
 * cut off the API server may keep the NodePort for minutes ("the node port 30057 may have leaked: flagging for later clean up").
 */
async function killInTheMiddle(): Promise<void> {
  const { process: up } = await stack.start(["up", "--yes", "--skip-preview"], "replicas=1");
  const names = ["deployment/online-inference", "service/online-inference"];
  const created = ["--context", profile, "--namespace", stack.namespace, "get", ...names];
  await vi.waitFor(async () => expect((await run("kubectl", created)).exitCode).toBe(0), {
    timeout: 120_000,
    interval: 100,
  });
  // Its plugins would live on, with the files that they have open.
  const plugins = (await run("pgrep", ["-P", String(up.pid)])).stdout.split("\n").filter(Boolean);
  up.kill("SIGKILL");
  await run("kill", ["-KILL", ...plugins]);
  await up;
  const { stdout } = await pulumi(stack.name, ["stack", "export"]);
  const pending: { type: string; resource: { type: string } }[] = JSON.parse(stdout).deployment.pending_operations;
  expect(pending.map(({ type, resource }) => `${type} ${resource.type}`)).toContain(
    "creating kubernetes:apps/v1:Deployment",
  );
}

describe("a create that was killed", { concurrent: false }, () => {
  afterAll(() => stack.destroy());

  test("is mended by bin/lab up: what is there is the stack's again, and no warning is left", async () => {
    await killInTheMiddle();
    const mended = await lab("up", stack.name, "--replicas", "1");
    expect(mended.exitCode, mended.all).toBe(0);
    expect(mended.all).toMatch(/the stack has again what it had created: .*Deployment online-inference/);
    expect(mended.all).not.toContain(WARNING);
    const { stdout } = await pulumi(stack.name, ["stack", "export"]);
    expect(JSON.parse(stdout).deployment).not.toHaveProperty("pending_operations");
    const again = await stack.upAgain();
    expect(again.exitCode, again.all).toBe(0);
    expect(again.all).not.toContain(WARNING);
  });

  test("is mended by bin/lab down as well, and nothing is left", async () => {
    const gone = await stack.destroy();
    expect(gone.exitCode, gone.all).toBe(0);
    await killInTheMiddle();
    const { exitCode, all } = await lab("down", stack.name);
    expect(exitCode, all).toBe(0);
    expect(all).not.toContain(WARNING);
    const { stdout } = await pulumi(stack.name, ["stack", "export"]);
    expect(JSON.parse(stdout).deployment).not.toHaveProperty("pending_operations");
    const left = await run("kubectl", ["--context", profile, "get", "namespace", stack.namespace]);
    expect(left.all).toContain("NotFound");
  });
});
