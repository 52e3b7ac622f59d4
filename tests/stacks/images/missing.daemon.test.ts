import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localDocker } from "../../../stacks/images/local-docker.ts";
import { isMissing } from "../../../stacks/images/missing.ts";
import { project } from "../../cluster/support/lab.ts";
import { makeFolder } from "../../setup/docker-provider/folder.ts";
import { type Registry, startRegistry } from "../../setup/docker-provider/registry.ts";
import { docker, hasImage, removeImages } from "../../setup/docker-provider/target.ts";

// Runs Pulumi itself, with its docker plugin, against a daemon that loses images.
const label = `missing-image-test=${randomUUID()}`;
const Dockerfile = `ARG BASE_IMAGE=scratch\nFROM \${BASE_IMAGE}\nLABEL ${label}\nCOPY content /\n`;

/** Builds v1 on a base of its own, exactly as the lab's program does, but from a few bytes; pushes it if REGISTRY is set. */
const program = `
import { ComponentResource } from "@pulumi/pulumi";
import { folderDigest } from ${JSON.stringify(join(project, "stacks/images/folder-digest.ts"))};
import { localDocker } from ${JSON.stringify(join(project, "stacks/images/local-docker.ts"))};
import { buildImages, planImage } from ${JSON.stringify(join(project, "stacks/images/image.ts"))};
import { isMissing } from ${JSON.stringify(join(project, "stacks/images/missing.ts"))};

export default async () => {
  const builder = { ...localDocker(), arch: "x64", inNode: true } as const;
  const registry = process.env.REGISTRY ? JSON.parse(process.env.REGISTRY) : undefined;
  const request = { release: "v1", baseImage: "", baseContext: import.meta.dirname + "/base", registry, builder } as const;
  const effects = { buildContext: async () => {}, folderDigest, isMissing, now: () => new Date() };
  const plan = await planImage(request, effects);
  const parent = new ComponentResource("test:test:Parent", "parent");
  const { digests } = buildImages(new Map([["v1", plan]]), builder, { parent, tagNewest: false });
  return { service: plan.service.name, base: plan.base?.name, digest: digests[plan.service.name] };
};
`;

/** As the lab's own Pulumi.yaml, and written as that is: the language host that is built here reads it line by line. */
const settings = `name: missing-image
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --import ${join(project, "start/keep-compiled.ts")}
options:
  refresh: always
`;

interface Outputs {
  readonly service: string;
  readonly base: string;
  /** Digests of the pushed images. */
  readonly digest?: string;
}

let folder: string;
let registry: Registry;
let names: Outputs;

/** The registry with its real credentials, or with a wrong password. */
const withLogin = (password = registry.password) => ({
  address: registry.address,
  credentials: { username: registry.username, password },
});

/** Runs Pulumi on a stack; the one called `pushed` has the registry. */
const pulumi = (stack: string, ...args: string[]) =>
  execa("pulumi", [...args, "--stack", stack, "--non-interactive"], {
    cwd: folder,
    env: {
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "",
      REGISTRY: stack === "pushed" ? JSON.stringify(withLogin()) : "",
    },
    all: true,
  });

const outputs = async (stack: string) =>
  JSON.parse((await pulumi(stack, "stack", "output", "--json")).stdout) as Outputs;

const up = (stack: string, ...args: string[]) => pulumi(stack, "up", "--yes", "--skip-preview", ...args);

/** The images that a preview of a stack would build, by their Pulumi names. */
async function previewed(stack: string): Promise<string[]> {
  const { stdout } = await pulumi(stack, "preview", "--json");
  const { steps } = JSON.parse(stdout) as { steps: readonly { readonly op: string; readonly urn: string }[] };
  return steps
    .filter(({ op }) => op !== "same" && op !== "refresh")
    .map(({ op, urn }) => `${op} ${urn.split("::")[3]}`)
    .sort();
}

const idOf = async (name: string) => (await docker.getImage(name).inspect()).Id;

beforeAll(async () => {
  folder = await makeFolder({
    "Pulumi.yaml": settings,
    "package.json": '{ "type": "module", "main": "index.ts" }\n',
    "index.ts": program,
    node_modules: { link: join(project, "node_modules") },
    "base/Dockerfile": Dockerfile,
    "base/content": randomUUID(),
    "service/build/v1/Dockerfile": Dockerfile,
    "service/build/v1/content": randomUUID(),
    "state/keep": "",
  });
  registry = await startRegistry(label);
  for (const stack of ["first", "second", "pushed"]) {
    await pulumi(stack, "stack", "init");
    await up(stack);
  }
  names = await outputs("first");
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
  await removeImages(label);
});

describe("Pulumi", { concurrent: false }, () => {
  test("changes nothing while the images are there", async () => {
    for (const stack of ["first", "second"]) {
      expect(await previewed(stack)).toEqual([]);
      await up(stack, "--expect-no-changes");
    }
  });

  test.each([
    ["service", ["update image"]],
    ["base", ["update base-image"]],
  ] as const)(
    "builds a %s image that is gone, as its preview says, and then leaves it alone",
    async (which, changes) => {
      const before = await idOf(names[which]);
      await docker.getImage(names[which]).remove({ force: true });
      expect(await previewed("first")).toEqual(changes);
      expect(await hasImage(names[which])).toBe(false);
      await up("first");
      expect(await hasImage(names[which])).toBe(true);
      // The image comes from the daemon's cache, because the argument that made the plugin build is no part of it.
      expect(await idOf(names[which])).toBe(before);
      expect(await previewed("first")).toEqual([]);
      await up("first", "--expect-no-changes");
    },
  );

  test("leaves alone in one stack what another one has built again", async () => {
    await up("second", "--expect-no-changes");
  });

  test("builds both, the base first, where docker lost both", async () => {
    for (const name of [names.service, names.base]) await docker.getImage(name).remove({ force: true });
    expect(await previewed("second")).toEqual(["update base-image", "update image"]);
    await up("second");
    expect(await hasImage(names.service)).toBe(true);
    for (const stack of ["first", "second"]) await up(stack, "--expect-no-changes");
  });
});

describe("a registry", { concurrent: false }, () => {
  const missing = (tag: string, place: Parameters<typeof isMissing>[2] = withLogin()) =>
    isMissing(`${registry.address}/online-inference:${tag}`, localDocker(), place);
  const tagOf = (name: string) => name.slice(name.indexOf(":") + 1);

  test("has what was pushed, wherever else it is gone", async () => {
    const tags = [tagOf(names.service), "v1"];
    for (const tag of tags) await docker.getImage(`${registry.address}/online-inference:${tag}`).remove();
    expect(await Promise.all(tags.map((tag) => missing(tag)))).toEqual([false, false]);
    await up("pushed", "--expect-no-changes");
  });

  test("says that it does not have an image, but tells nothing to a wrong password, or to nobody", async () => {
    expect(await missing("v2")).toBe(true);
    expect(await missing("v2", withLogin("wrong"))).toBe(false);
    expect(await missing("v2", { address: registry.address })).toBe(false);
  });

  test("gets again what it has lost", async () => {
    const { digest } = await outputs("pushed");
    expect(digest).toMatch(/^sha256:/);
    await registry.empty();
    expect(await previewed("pushed")).toEqual(["update image", "update newest-image"]);
    await up("pushed");
    expect(await missing(tagOf(names.service))).toBe(false);
    // With the same digest, pods that pull by digest stay the same.
    expect((await outputs("pushed")).digest).toBe(digest);
    await up("pushed", "--expect-no-changes");
  });

  test("that is not there is no reason to build", async () => {
    const address = "127.0.0.1:1";
    expect(await isMissing(`${address}/online-inference:v1`, localDocker(), { address })).toBe(false);
  });
});
