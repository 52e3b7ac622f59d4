import { describe, expect, test } from "vitest";
import type { ImagePlan } from "../../../stacks/images/image.ts";
import { experimentNames } from "../../../stacks/index.ts";
import { deploy } from "../../../stacks/program/deploy.ts";
import { type StackOutputs, stackOutputs } from "../../../stacks/program/outputs.ts";
import { declare, workloadsOf } from "../../../stacks/program/prepare.ts";
import { registrations } from "../support/mocked-engine.ts";
import { sampleConfig, sampleImage } from "../support/sample.ts";

const docker = { host: "tcp://127.0.0.1:32771", certPath: "/certs" };
const builder = { ...docker, arch: "x64", inNode: true } as const;
const baseUrl = "http://127.0.0.1:30060";

/** Registers a stack with the images of its releases, and returns its resources and outputs. */
async function deployed(stack: string, values: Record<string, string> = {}, change = (plan: ImagePlan) => plan) {
  const config = sampleConfig(stack, values);
  const releases = new Set(config.experiment.releases?.(config.settings, config.release) ?? [config.release]);
  const images = new Map([...releases].map((release) => [release, change(sampleImage(release))]));
  const declarations = declare(config, images);
  let outputs: StackOutputs | undefined;
  const resources = await registrations(stack, () => {
    const workloads = workloadsOf(declarations);
    outputs = deploy({ config, builder, images, declarations, workloads, plans: [], services: [], baseUrl });
  });
  return { resources, outputs };
}

describe.each(experimentNames())("stack %s", (stack) => {
  test("registers what it declares, all of it below the namespace and through a provider of its own", async () => {
    const { resources } = await deployed(stack);
    const { namespace, ...others } = resources;
    expect(namespace).toMatchObject({
      parent: "experiment",
      provider: "kubernetes",
      dependsOn: expect.arrayContaining(["image"]),
    });
    const objects = Object.values(others).filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(0);
    for (const { parent, provider } of objects) {
      expect(parent).toBe("namespace");
      expect(provider).toMatch(/^kubernetes(-pod)?$/);
    }
  });

  test("speaks to its own minikube alone, whatever context is current", async () => {
    const { resources } = await deployed(stack, { profile: "other" });
    expect(resources.kubernetes?.inputs).toEqual({ context: "other" });
    expect(resources.docker?.inputs).toEqual({ ...docker, disableDockerDaemonCheck: "true" });
  });
});

test("a Pod is replaced by any change of its spec, the old one first, without asking the API server at preview", async () => {
  const { resources } = await deployed("pod");
  expect(resources.pod?.options).toEqual({
    replaceOnChanges: ["spec"],
    deleteBeforeReplace: true,
    customTimeouts: { create: "90s", update: "90s", delete: "1m" },
  });
  expect(resources["kubernetes-pod"]?.inputs).toEqual({ context: "minikube", enableServerSideApply: "false" });
});

test("a Pod that starts late is given up only when its startup probe has", async () => {
  const { resources } = await deployed("probes", { startDelaySeconds: "150" });
  expect(resources.pod?.options).toMatchObject({ customTimeouts: { create: "250s", update: "250s" } });
});

test("a rollout is given up soon after its deadline", async () => {
  const { resources } = await deployed("rolling");
  expect(resources.deployment?.options).toEqual({ customTimeouts: { create: "60s", update: "60s", delete: "2m" } });
  const { resources: slow } = await deployed("rolling", { maxSurge: "1", maxUnavailable: "0" });
  expect(slow.deployment?.options).toMatchObject({ customTimeouts: { update: "160s" } });
});

test("users are switched after their new colour is ready, and before the one that they leave changes", async () => {
  const { resources } = await deployed("switch", { active: "green" });
  expect(resources.service?.dependsOn).toContain("green");
  expect(resources.blue?.dependsOn).toContain("service");
});

test("images are built in minikube's daemon and pushed nowhere", async () => {
  const { resources } = await deployed("pod");
  expect(resources.image?.inputs).toEqual({
    imageName: "online-inference:v1-000000000000",
    skipPush: true,
    buildOnPreview: false,
    build: {
      context: "service/build/v1",
      dockerfile: "service/build/v1/Dockerfile",
      args: { BASE_IMAGE: "node:24" },
      platform: "linux/amd64",
    },
  });
});

test("an image that is there keeps what it was built with, one that is gone is built again", async () => {
  const { resources } = await deployed("helm");
  const kept = { ignoreChanges: ["build.args.FOUND_MISSING_AT"] };
  expect([resources.image?.options, resources["newest-image"]?.options]).toEqual([kept, kept]);

  const missingAt = "2026-09-24T10:00:00.000Z";
  const { resources: again } = await deployed("helm", {}, (plan) => ({
    ...plan,
    service: { ...plan.service, missingAt },
  }));
  const args = { BASE_IMAGE: "node:24", FOUND_MISSING_AT: missingAt };
  expect(again.image).toMatchObject({ options: {}, inputs: { build: { args } } });
  expect(again["newest-image"]?.options).toEqual(kept);
  // Only the image changes: pods start by themselves as soon as it exists.
  const others = (all: typeof resources) => ({ ...all, image: undefined });
  expect(others(again)).toEqual(others(resources));
});

test("what is not pushed has a second name only where helm by hand asks for it", async () => {
  const { resources } = await deployed("helm");
  expect(resources["newest-image"]).toMatchObject({
    dependsOn: ["image"],
    inputs: { imageName: "online-inference:v1", skipPush: true },
  });
  expect((await deployed("rolling")).resources).not.toHaveProperty("newest-image");
});

test("every release that runs has an image, built after a base of one's own", async () => {
  const base = {
    name: "online-inference-base:0123",
    context: "/cache/base",
    args: {},
    platform: "linux/amd64",
    missingAt: undefined,
  };
  const { resources } = await deployed("canary", {}, (plan) => ({ ...plan, base }));
  const images = Object.entries(resources).filter(([, { type }]) => type === "docker:index/image:Image");
  expect(images.map(([name, { dependsOn }]) => [name, dependsOn])).toEqual([
    ["base-image", []],
    ["image", ["base-image"]],
    ["image-2", ["base-image"]],
  ]);
});

test("the outputs are a few lines of text, with the URL and a command to ask there", async () => {
  const { outputs } = await deployed("switch", { greenRelease: "v2" });
  expect(outputs).toEqual({
    context: "minikube",
    profile: "minikube",
    namespace: "online-inference-switch",
    images: "online-inference:v1-000000000000, online-inference:v2-000000000000",
    url: "http://127.0.0.1:30060/predict",
    curl: "curl -s -H content-type:application/json -d @service/patient.json http://127.0.0.1:30060/predict",
    pods: expect.stringMatching(/^kubectl --context minikube --namespace online-inference-switch get pods .*--watch$/),
    note: expect.stringContaining("kube-proxy"),
  });
  // Pulumi prints a quote as \", with which a shell does something else.
  expect(JSON.stringify(Object.values(outputs ?? {}).join(""))).not.toContain("\\");
});

test("where no address of a node may be known, the outputs have a command that makes one, and no URL", () => {
  const outputs = stackOutputs({ config: sampleConfig("pod"), images: new Map(), baseUrl: undefined });
  expect(Object.keys(outputs).sort()).toEqual(["context", "forward", "images", "namespace", "note", "pods", "profile"]);
  expect(outputs.forward).toBe(
    "kubectl --context minikube --namespace online-inference-pod port-forward service/online-inference 30050:8050",
  );
});
