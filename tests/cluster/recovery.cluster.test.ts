import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kubectl, lab, profile, pulumi, run } from "./support/lab.ts";
import { readyReleases, ScratchStack } from "./support/scratch-stack.ts";

// Whatever happens to a stack, one `pulumi up` must mend it.
const stack = new ScratchStack("rolling");
const REPLICAS = 3;
const settings = [`replicas=${REPLICAS}`, "maxSurge=1", "maxUnavailable=0"];
const pods = (release: string) => Array.from({ length: REPLICAS }, () => release);

/** Runs `up`, and asserts that the live objects are the wanted ones afterwards. */
async function mends(release: string, ...values: string[]) {
  const { exitCode, all } = await stack.up(...values);
  expect(exitCode, all).toBe(0);
  expect(readyReleases(await stack.pods())).toEqual(pods(release));
  const again = await stack.upAgain();
  expect(again.exitCode, again.all).toBe(0);
}

/**
 * Starts `up` and resolves in the middle of it: a pod of the wanted release exists, and one of the release before is not told to go.
 * With maxUnavailable 0 the last of these goes only when all of the wanted release are Ready.
 */
async function inTheMiddleOf(release: string) {
  const { process } = await stack.start(["up", "--yes", "--skip-preview"], `release=${release}`);
  await vi.waitFor(
    async () => {
      const releases = (await stack.pods()).map(({ metadata }) => metadata.labels["app.kubernetes.io/version"]);
      expect(releases).toContain(release);
      expect(releases.filter((one) => one !== release)).not.toEqual([]);
    },
    { timeout: 60_000, interval: 200 },
  );
  return { process };
}

beforeAll(async () => {
  const { exitCode, all } = await stack.up(...settings);
  expect(exitCode, all).toBe(0);
});
afterAll(async () => {
  const { exitCode, all } = await stack.destroy();
  expect(exitCode, all).toBe(0);
});

describe("one pulumi up mends", { concurrent: false }, () => {
  test("an up that was interrupted (SIGINT)", async () => {
    const { process: up } = await inTheMiddleOf("v2");
    up.kill("SIGINT");
    expect((await up).exitCode).not.toBe(0);
    await mends("v2");
  });

  test("an up that was killed (SIGKILL), once the lock that it left is removed as Pulumi says", async () => {
    const { process: up } = await inTheMiddleOf("v1");
    up.kill("SIGKILL");
    await up;
    const { exitCode, all } = await stack.up();
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/locked by 1 lock[\s\S]*pulumi cancel/);
    expect((await pulumi(stack.name, ["cancel", "--yes"])).exitCode).toBe(0);
    await mends("v1");
  });

  test("a pod that was deleted by hand", async () => {
    const [pod] = await stack.pods();
    const name = pod?.metadata.name ?? "";
    await run("kubectl", ["--context", profile, "--namespace", stack.namespace, "delete", "pod", name, "--wait=false"]);
    await mends("v1");
    expect((await stack.pods()).map(({ metadata }) => metadata.name)).not.toContain(name);
  });

  test("a Deployment that was scaled by hand", async () => {
    const scale = ["scale", "deployment/online-inference", "--replicas=1"];
    const scaled = await run("kubectl", ["--context", profile, "--namespace", stack.namespace, ...scale]);
    expect(scaled.exitCode, scaled.all).toBe(0);
    await mends("v1");
  });

  test("a namespace that was deleted", async () => {
    const deleted = await run("kubectl", ["--context", profile, "delete", "namespace", stack.namespace]);
    expect(deleted.exitCode, deleted.all).toBe(0);
    await mends("v1");
  });

  test("minikube stop and start", async () => {
    expect((await run("minikube", ["stop", "-p", profile])).exitCode).toBe(0);
    const started = await run("minikube", ["start", "-p", profile]);
    expect(started.exitCode, started.all).toBe(0);
    await mends("v1");
  });

  test("minikube delete and a new cluster", async () => {
    expect((await run("minikube", ["delete", "-p", profile])).exitCode).toBe(0);
    const { exitCode, all } = await lab("up", stack.name, ...settings.flatMap((value) => ["-c", value]));
    expect(exitCode, all).toBe(0);
    await mends("v1");
    const { items } = await kubectl<{ items: unknown[] }>("get", "nodes");
    expect(items).toHaveLength(1);
  });
});
