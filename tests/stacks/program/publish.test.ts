import { describe, expect, test } from "vitest";
import type { Release } from "../../../service/releases.ts";
import type { Builder } from "../../../stacks/images/builder.ts";
import { type ImagePlan, planImage } from "../../../stacks/images/image.ts";
import { type LabConfig, resolveConfig } from "../../../stacks/program/config.ts";
import { deploy } from "../../../stacks/program/deploy.ts";
import { declare, workloadsOf } from "../../../stacks/program/prepare.ts";
import { type Registration, registrations } from "../support/mocked-engine.ts";

const password = "correct-horse-battery";
const node: Builder = { host: "tcp://192.168.49.2:2376", certPath: "/certs", arch: "x64", inNode: true };
const anonymous = { registry: "127.0.0.1:5000/team" };
const withLogin = { ...anonymous, registryUsername: "alice", registryPassword: password };

const configOf = (stack: string, values: Readonly<Record<string, string>>): LabConfig =>
  resolveConfig({
    project: "lab",
    stack,
    env: { PULUMI_CONFIG_PASSPHRASE: "own" },
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`lab:${key}`, value])),
    secretKeys: ["lab:registryPassword"],
  });

const planOf = (config: LabConfig, release: Release, builder: Builder): Promise<ImagePlan> =>
  planImage(
    { ...config, release, builder },
    {
      buildContext: async () => {},
      folderDigest: async () => "a".repeat(64),
      isMissing: async () => false,
      now: () => new Date(0),
    },
  );

/** Registers a stack under config values, with the images of its releases. */
async function published(stack: string, values: Readonly<Record<string, string>>, builder = node) {
  const config = configOf(stack, values);
  const releases = [...new Set(config.experiment.releases?.(config.settings, config.release) ?? [config.release])];
  const plans = releases.map(async (release) => [release, await planOf(config, release, builder)] as const);
  const images = new Map(await Promise.all(plans));
  const declarations = declare(config, images);
  const workloads = workloadsOf(declarations);
  const prepared = { config, builder, images, declarations, workloads, plans: [], services: [], baseUrl: undefined };
  return registrations(stack, () => void deploy(prepared));
}

const inputsOf = <Inputs>(resource: Registration | undefined) => resource?.inputs as Inputs;

describe("with a registry", () => {
  test("the image is pushed by its own tag, and once more by its release's", async () => {
    const { image, "newest-image": newest } = await published("pod", { ...withLogin, release: "v2" });
    const { imageName, ...rest } = inputsOf<Record<string, unknown>>(image);
    expect(imageName).toMatch(/^127\.0\.0\.1:5000\/team\/online-inference:v2-[0-9a-f]{12}$/);
    expect(newest?.inputs).toEqual({ imageName: "127.0.0.1:5000/team/online-inference:v2", ...rest });
    expect(newest?.dependsOn).toContain("image");
    expect(rest).toMatchObject({
      skipPush: false,
      registry: { value: { server: "127.0.0.1:5000", username: "alice", password } },
    });
  });

  test("pods pull by digest, with the Secret that stands before them, and still say which image was meant", async () => {
    const resources = await published("rolling", withLogin);
    const digest = `127.0.0.1:5000/team/online-inference@sha256:${"d".repeat(64)}`;
    const { template } = inputsOf<{ spec: { template: unknown } }>(resources.deployment).spec;
    expect(template).toMatchObject({
      metadata: {
        annotations: { "online-inference/image": expect.stringMatching(/online-inference:v1-[0-9a-f]{12}$/) },
      },
      spec: { imagePullSecrets: [{ name: "registry" }], containers: [{ image: digest, imagePullPolicy: "Always" }] },
    });
    expect(resources.deployment?.dependsOn).toContain("registry");
    expect(resources.namespace?.dependsOn).toEqual(expect.arrayContaining(["image", "newest-image"]));
  });

  test("the Secret is docker's configuration, itself a secret of Pulumi", async () => {
    const { registry } = await published("pod", withLogin);
    const { data, ...rest } = inputsOf<{ data: { value: Record<string, string> } }>(registry);
    expect(rest).toMatchObject({
      kind: "Secret",
      type: "kubernetes.io/dockerconfigjson",
      metadata: { name: "registry" },
    });
    const config = Buffer.from(data.value[".dockerconfigjson"] ?? "", "base64").toString();
    const auth = Buffer.from(`alice:${password}`).toString("base64");
    expect(JSON.parse(config)).toEqual({ auths: { "127.0.0.1:5000": { username: "alice", password, auth } } });
  });

  test("the password goes nowhere else, however it is written", async () => {
    const resources = await published("blue-green", withLogin);
    const shown = JSON.stringify(resources, (key, value) => (key === "value" ? undefined : value));
    for (const text of [password, Buffer.from(`alice:${password}`).toString("base64")]) {
      expect(shown).not.toContain(text);
    }
  });

  test("without credentials there is no Secret, and the machine's own login pushes", async () => {
    const resources = await published("pod", anonymous);
    expect(resources.registry).toBeUndefined();
    expect(resources.image?.inputs).not.toHaveProperty("registry");
    const { spec } = inputsOf<{ spec: unknown }>(resources.pod);
    expect(spec).not.toHaveProperty("imagePullSecrets");
  });

  test("every release that runs at once is pushed", async () => {
    const resources = await published("switch", { ...anonymous, greenRelease: "v2" });
    const names = Object.entries(resources)
      .filter(([, { type }]) => type.startsWith("docker:"))
      .map(([name, { inputs }]) => [name, (inputs as { imageName: string }).imageName.replace(/-[0-9a-f]{12}$/, "-*")]);
    expect(names.sort()).toEqual([
      ["image", "127.0.0.1:5000/team/online-inference:v1-*"],
      ["image-2", "127.0.0.1:5000/team/online-inference:v2-*"],
      ["newest-image", "127.0.0.1:5000/team/online-inference:v1"],
      ["newest-image-2", "127.0.0.1:5000/team/online-inference:v2"],
    ]);
  });

  test("a chart gets the digest beside the tag", async () => {
    const { release } = await published("helm", withLogin);
    const { values } = inputsOf<{ values: Record<string, unknown> }>(release);
    expect(values.image).toMatchObject({
      repository: "127.0.0.1:5000/team/online-inference",
      tag: expect.stringMatching(/^v1-[0-9a-f]{12}$/),
      digest: `sha256:${"d".repeat(64)}`,
      pullPolicy: "Always",
    });
    expect(values.imagePullSecrets).toEqual([{ name: "registry" }]);
  });
});

test("another context is deployed to, and this machine's docker builds for it", async () => {
  const local: Builder = { host: "unix:///var/run/docker.sock", arch: "x64", inNode: false };
  const resources = await published("pod", { ...anonymous, context: "production" }, local);
  expect(resources.kubernetes?.inputs).toEqual({ context: "production" });
  expect(resources["kubernetes-pod"]?.inputs).toMatchObject({ context: "production" });
  expect(resources.docker?.inputs).toMatchObject({ host: "unix:///var/run/docker.sock" });
  expect(resources.docker?.inputs).not.toHaveProperty("certPath");
});
