import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Bag, secret, UNKNOWN } from "../../../setup/docker-provider/properties.ts";
import { makeFolder, put } from "./folder.ts";
import { type Plugin, startPlugin } from "./plugin.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { config, docker, removeImages } from "./target.ts";

const label = `docker-provider-test=${randomUUID()}`;
let registry: Registry;
let folder: string;
let plugin: Plugin;
let repository: string;

beforeAll(async () => {
  registry = await startRegistry(label);
});

afterAll(async () => {
  await registry.stop();
  await removeImages(label);
});

beforeEach(async () => {
  folder = await makeFolder({ Dockerfile: `FROM scratch\nLABEL ${label}\nCOPY Dockerfile /\n` });
  plugin = await startPlugin(folder);
  await plugin.configure(config);
  repository = `${registry.address}/team/service-${randomUUID()}`;
});

afterEach(async () => {
  await plugin.stop();
  await rm(folder, { recursive: true });
});

async function push(login: Bag | undefined): Promise<{ inputs: Bag; outputs: Bag }> {
  const image: Bag = { imageName: `${repository}:v2`, skipPush: false, buildOnPreview: false, build: {} };
  const inputs = await plugin.check(login === undefined ? image : { ...image, registry: login });
  return { inputs, outputs: (await plugin.create(inputs)).outputs };
}

/** A program's inputs with the login that the registry accepts. */
function login(): Bag {
  return { server: registry.address, username: registry.username, password: secret(registry.password) };
}

describe("push", () => {
  it("gives the digest under which the registry has the image", async () => {
    const { outputs } = await push(login());
    expect(outputs.repoDigest).toMatch(new RegExp(`^${repository}@sha256:[0-9a-f]{64}$`));
    expect(outputs.registryServer).toBe(registry.address);
    await docker.getImage(`${repository}:v2`).remove();
    const { username, password } = registry;
    const pulled = await docker.pull(outputs.repoDigest as string, {
      authconfig: { username, password, serveraddress: registry.address },
    });
    await new Promise((done, fail) =>
      docker.modem.followProgress(pulled, (error) => (error ? fail(error) : done(null))),
    );
    expect((await docker.getImage(outputs.repoDigest as string).inspect()).RepoDigests).toContain(outputs.repoDigest);
  });

  it("takes the machine's own login if the program gives none", async () => {
    const auth = Buffer.from(`${registry.username}:${registry.password}`).toString("base64");
    await put(
      folder,
      "docker/config.json",
      JSON.stringify({ auths: { [`http://${registry.address}/v1/`]: { auth } } }),
    );
    await plugin.stop();
    plugin = await startPlugin(folder, { DOCKER_CONFIG: `${folder}/docker` });
    await plugin.configure(config);
    expect((await push(undefined)).outputs.repoDigest).toContain(`${repository}@sha256:`);
  });

  it("says that there is no login", async () => {
    const failure = push(undefined);
    await expect(failure).rejects.toThrow(`was denied by ${registry.address}`);
    await expect(failure).rejects.toThrow("No credentials were given");
  });

  it("says that the login is wrong and whose it is", async () => {
    const failure = push({ ...login(), password: "wrong-password" });
    await expect(failure).rejects.toThrow(`was denied by ${registry.address}`);
    await expect(failure).rejects.toThrow(`credentials of ${registry.username}`);
    await expect(failure).rejects.not.toThrow("wrong-password");
  });

  it("says that the daemon cannot reach the registry", async () => {
    repository = "127.0.0.1:1/team/service";
    await expect(push(undefined)).rejects.toThrow("the daemon cannot reach the registry 127.0.0.1:1");
  });

  it("refuses a name without a registry before anything is built", async () => {
    repository = "service";
    await expect(push(undefined)).rejects.toThrow("requires all image names to be fully qualified");
  });

  it("does not happen on preview, even if the image is built then", async () => {
    const image = {
      imageName: `${repository}:v2`,
      buildOnPreview: true,
      skipPush: false,
      build: {},
      registry: login(),
    };
    const { outputs } = await plugin.create(await plugin.check(image), true);
    expect(outputs.repoDigest).toBe(UNKNOWN);
    expect(plugin.messages.map(({ text }) => text)).not.toContain(`Pushing ${repository}:v2`);
  });
});

describe("credentials", () => {
  it("may change without a diff", async () => {
    const { inputs, outputs } = await push(login());
    const news = { ...inputs, registry: { ...login(), password: secret("another") } };
    expect((await plugin.diff(outputs, news)).changed).toBe(false);
    const moved = { ...inputs, registry: { ...login(), server: "elsewhere:5000" } };
    expect((await plugin.diff(outputs, moved)).kinds).toEqual({ registry: 4 });
  });

  it("appear nowhere but in secrets, even if the program gives the password openly", async () => {
    const { inputs, outputs } = await push({ ...login(), password: registry.password });
    expect(inputs.registry).toEqual(login());
    const { __inputs, ...shown } = outputs;
    expect(__inputs).toEqual(secret({ ...inputs, registry: { ...login(), password: registry.password } }));
    expect(JSON.stringify([shown, plugin.messages, plugin.printed()])).not.toContain(registry.password);
  });

  it.each(["BuilderBuildKit", "BuilderV1"])("serve the base image too, by %s", async (builder) => {
    await push(login());
    await docker.getImage(`${repository}:v2`).remove({ force: true });
    await put(folder, "Dockerfile", `FROM ${repository}:v2\nLABEL ${label} child=yes\n`);
    const image = {
      imageName: `${repository}:child`,
      skipPush: true,
      registry: login(),
      build: { builderVersion: builder },
    };
    await plugin.create(await plugin.check(image));
    expect((await docker.getImage(`${repository}:child`).inspect()).Config.Labels.child).toBe("yes");
  });
});
