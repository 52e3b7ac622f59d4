import { afterAll, describe, expect, test, vi } from "vitest";
import type { StackOutputs } from "../../stacks/program/outputs.ts";
import { kubectl, minikubeDocker, profile, run } from "./support/lab.ts";
import { readyReleases, ScratchStack } from "./support/scratch-stack.ts";

// The kubelet and `docker image prune` remove images, and Pulumi's state does not know.
const twofold = new ScratchStack("canary");

interface Waiting {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly containerStatuses?: readonly { readonly state: { readonly waiting?: { readonly reason: string } } }[];
  };
}

afterAll(async () => {
  const { exitCode, all } = await twofold.destroy();
  expect(exitCode, all).toBe(0);
});

/** Names of a stack's images. */
async function imagesOf(stack: ScratchStack): Promise<string[]> {
  const { stdout } = await run("pulumi", ["stack", "output", "--json", "--stack", stack.name]);
  return (JSON.parse(stdout) as StackOutputs).images.split(", ");
}

async function remove(images: readonly string[]) {
  const { exitCode, all } = await minikubeDocker("rmi", "--force", ...images);
  expect(exitCode, all).toBe(0);
}

async function deletePods(stack: ScratchStack) {
  const command = ["delete", "pods", "--all", "--force", "--grace-period=0"];
  const { exitCode, all } = await run("kubectl", ["--context", profile, "--namespace", stack.namespace, ...command]);
  expect(exitCode, all).toBe(0);
}

/** The changes that a preview of a stack shows, by Pulumi's names. */
async function previewed(stack: ScratchStack): Promise<string[]> {
  const { exitCode, stdout, all } = await (await stack.start(["preview", "--json"])).process;
  expect(exitCode, all).toBe(0);
  const { steps } = JSON.parse(stdout) as { steps: readonly { readonly op: string; readonly urn: string }[] };
  const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
  return changes.map(({ op, urn }) => `${op} ${urn.split("::")[3]}`).sort();
}

/** The stack's pods that wait for an image that is missing and never pulled. */
async function stuckPods(stack: ScratchStack): Promise<string[]> {
  const { items } = await kubectl<{ items: Waiting[] }>("--namespace", stack.namespace, "get", "pods");
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === "ErrImageNeverPull")
    .map(({ metadata }) => metadata.uid);
}

async function changesNothing(stack: ScratchStack) {
  expect(await previewed(stack)).toEqual([]);
  const { exitCode, all } = await stack.upAgain();
  expect(exitCode, all).toBe(0);
}

describe("an image that is gone from the node's daemon", { concurrent: false }, () => {
  test("is built again for each release that runs, and pods that wait for it start by themselves", async () => {
    const first = await twofold.up("replicas=2", "canaryReplicas=1");
    expect(first.exitCode, first.all).toBe(0);
    await remove(await imagesOf(twofold));
    await deletePods(twofold);
    const stuck = await vi.waitFor(
      async () => {
        const pods = await stuckPods(twofold);
        expect(pods).toHaveLength(2);
        return pods;
      },
      { timeout: 60_000, interval: 1000 },
    );
    expect(await previewed(twofold)).toEqual(expect.arrayContaining(["update image", "update image-2"]));
    const { exitCode, all } = await twofold.up();
    expect(exitCode, all).toBe(0);
    const pods = await twofold.pods();
    expect(readyReleases(pods)).toEqual(["v1", "v2"]);
    expect(pods.map(({ metadata }) => metadata.uid).sort()).toEqual(stuck.sort());
    await changesNothing(twofold);
  });
});
