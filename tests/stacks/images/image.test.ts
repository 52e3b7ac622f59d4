import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import { type ContextOptions, ModelError } from "../../../service/build.ts";
import { type ImageEffects, type ImageRequest, planImage } from "../../../stacks/images/image.ts";

const request: ImageRequest = {
  release: "v1",
  baseImage: "node:24",
  baseContext: undefined,
  builder: { host: "tcp://192.168.49.2:2376", certPath: "/certs", arch: "x64" },
  registry: undefined,
};
const NOW = "2026-09-24T10:00:00.000Z";

/** Effects that write nothing: `contents` gives each folder's digest, and images whose name matches `gone` are missing. */
const effects = (
  contents: Record<string, string> = { "service/build/v1": "a", "service/build/v2": "b" },
  gone: RegExp = /$^/,
) => {
  const built: unknown[] = [];
  const lookedFor: unknown[] = [];
  const fakes: ImageEffects = {
    buildContext: async (options) => void built.push(options),
    folderDigest: async (folder) => {
      const content = contents[folder];
      if (content === undefined) throw new Error("ENOENT: no such file or directory");
      return content.repeat(64);
    },
    isMissing: async (name, { host }, registry) => {
      lookedFor.push([name.replace(/-[0-9a-f]{12}$/, "-*"), host, registry?.address]);
      return gone.test(name);
    },
    now: () => new Date(NOW),
  };
  return { built, lookedFor, fakes };
};

const nameOf = async (changed: Partial<ImageRequest> = {}, contents?: Record<string, string>) =>
  (await planImage({ ...request, ...changed }, effects(contents).fakes)).service.name;

test("the service is built for the daemon's architecture, from a folder inside the checkout", async () => {
  const { built, fakes } = effects();
  const { service, base } = await planImage(request, fakes);
  expect(built).toEqual([{ release: "v1", arch: "x64", outDir: "service/build/v1" }]);
  expect(base).toBeUndefined();
  expect(service).toEqual({
    name: expect.stringMatching(/^online-inference:v1-[0-9a-f]{12}$/),
    context: "service/build/v1",
    args: { BASE_IMAGE: "node:24" },
    platform: "linux/amd64",
    missingAt: undefined,
  });
  const arm = await planImage({ ...request, builder: { ...request.builder, arch: "arm64" } }, effects().fakes);
  expect(arm.service.platform).toBe("linux/arm64");
});

test("a model of one's own is built in a folder of its own, so that commands at once leave each other's alone", async () => {
  const built: ContextOptions[] = [];
  const fakes: ImageEffects = {
    ...effects().fakes,
    buildContext: async (options) => void built.push(options),
    folderDigest: async (folder) => folder.replaceAll(/[^0-9a-f]/g, "").padEnd(64, "0"),
  };
  const plans = await Promise.all(
    [undefined, "models/a", "models/b"].map((modelDir) => planImage({ ...request, modelDir }, fakes)),
  );
  expect(built.map(({ modelDir }) => modelDir)).toEqual([undefined, "models/a", "models/b"]);
  const folders = plans.map(({ service }) => service.context);
  expect(built.map(({ outDir }) => outDir)).toEqual(folders);
  expect(folders[0]).toBe("service/build/v1");
  expect(folders[1]).toMatch(/^service\/build\/v1-[0-9a-f]{12}$/);
  expect(new Set(folders).size).toBe(3);
  expect(new Set(plans.map(({ service }) => service.name)).size).toBe(3);
});

test("a folder without a model is refused by its key", async () => {
  const fakes: ImageEffects = {
    ...effects().fakes,
    buildContext: async () => {
      throw new ModelError("models/card.json is not a model card: it must be object.");
    },
  };
  await expect(planImage({ ...request, modelDir: "models" }, fakes)).rejects.toThrow(
    'config modelDir: got "models", allowed: a folder with model.onnx and card.json as docs/own-model.md has them ' +
      "(models/card.json is not a model card: it must be object.)",
  );
});

test("the tag is the same for the same sources, and another one for anything that makes another image", async () => {
  expect(await nameOf()).toBe(await nameOf());
  const names = await Promise.all([
    nameOf(),
    nameOf({}, { "service/build/v1": "c" }),
    nameOf({ release: "v2" }),
    nameOf({ baseImage: "node:25" }),
    nameOf({ builder: { ...request.builder, arch: "arm64" } }),
    nameOf({ registry: { address: "docker.io/alice" } }),
  ]);
  expect(new Set(names).size).toBe(names.length);
});

test("an image that is gone is known by the time, under the same tag, so that pods stay as they are described", async () => {
  const { lookedFor, fakes } = effects(undefined, /:v1-/);
  const { service, newest } = await planImage(request, fakes);
  expect(service).toMatchObject({ name: await nameOf(), missingAt: NOW });
  expect(newest).toEqual({ name: "online-inference:v1", missingAt: undefined });
  expect(lookedFor).toEqual([
    ["online-inference:v1-*", request.builder.host, undefined],
    ["online-inference:v1", request.builder.host, undefined],
  ]);
  expect((await planImage(request, effects(undefined, /:v1$/).fakes)).newest.missingAt).toBe(NOW);
});

test("what is pushed is looked for in the registry, its base in the daemon that builds on it", async () => {
  const contents = { "service/build/v1": "a", "/cache/base": "e" };
  const { lookedFor, fakes } = effects(contents, /base/);
  const registry = { address: "docker.io/alice" };
  const { service, base } = await planImage({ ...request, baseContext: "/cache/base", registry }, fakes);
  expect(lookedFor).toEqual([
    ["online-inference-base:eeeeeeeeeeee", request.builder.host, undefined],
    ["docker.io/alice/online-inference:v1-*", request.builder.host, "docker.io/alice"],
    ["docker.io/alice/online-inference:v1", request.builder.host, "docker.io/alice"],
  ]);
  expect(base?.missingAt).toBe(NOW);
  expect(service.missingAt).toBeUndefined();
});

test("a pushed image is named after its registry, and has a second name that always leads to the newest", async () => {
  const registry = { address: "docker.io/alice", credentials: { username: "alice", password: "secret" } };
  const { service, newest, push } = await planImage({ ...request, release: "v2", registry }, effects().fakes);
  expect(service.name).toMatch(/^docker\.io\/alice\/online-inference:v2-[0-9a-f]{12}$/);
  expect(service.name.split(":")[1]).toBe((await nameOf({ release: "v2" })).split(":")[1]);
  expect(push).toEqual(registry);
  expect(newest.name).toBe("docker.io/alice/online-inference:v2");
  expect((await planImage(request, effects().fakes)).push).toBeUndefined();
});

test("an image is the same whoever builds it", async () => {
  const builder = { host: "unix:///var/run/docker.sock", arch: "x64" } as const;
  expect(await planImage({ ...request, builder }, effects().fakes)).toEqual(await planImage(request, effects().fakes));
});

test("a base of one's own is built first, and instead of the configured one", async () => {
  const contents = { "service/build/v1": "a", "/cache/base": "e" };
  const { service, base } = await planImage({ ...request, baseContext: "/cache/base" }, effects(contents).fakes);
  expect(base).toEqual({
    name: "online-inference-base:eeeeeeeeeeee",
    context: "/cache/base",
    args: {},
    platform: "linux/amd64",
    missingAt: undefined,
  });
  expect(service.args.BASE_IMAGE).toBe("online-inference-base:eeeeeeeeeeee");
  const changed = { ...contents, "/cache/base": "f" };
  expect(await nameOf({ baseContext: "/cache/base" }, changed)).not.toBe(service.name);
});

test("a base that is not there", async () => {
  const plan = planImage({ ...request, baseContext: "/gone" }, effects().fakes);
  await expect(plan).rejects.toThrow(UserError);
  await expect(plan).rejects.toThrow(/ONLINE_INFERENCE_BASE_CONTEXT: got \/gone, which cannot be read \(ENOENT/);
});

test("a service that does not build", async () => {
  const fakes = { ...effects().fakes, buildContext: () => Promise.reject(new Error("src/app.ts:1: no such name")) };
  const plan = planImage(request, fakes);
  await expect(plan).rejects.toThrow(UserError);
  await expect(plan).rejects.toThrow("the service does not build: src/app.ts:1: no such name.");
});
