import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkInputs } from "../../../setup/docker-provider/check.ts";
import { type Bag, plainBag, secret, UNKNOWN } from "../../../setup/docker-provider/properties.ts";
import { makeFolder } from "./folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder({ Dockerfile: "FROM scratch", "app/Dockerfile": "FROM scratch" });
});
afterAll(() => rm(folder, { recursive: true }));

const check = (inputs: Bag) =>
  checkInputs({ imageName: "app:1", skipPush: true, ...inputs }, { programDir: folder, architecture: "arm64" });
const digest = expect.stringMatching(/^[0-9a-f]{64}$/);

describe("what a check adds", () => {
  it("is a digest of the context and a platform", async () => {
    const added = { contextDigest: digest, platform: "linux/arm64" };
    expect(await check({})).toEqual({ imageName: "app:1", skipPush: true, build: added });
    expect((await check({ build: { context: "app" } })).build).toEqual({ context: "app", ...added });
  });

  it("leaves a platform that the program sets", async () => {
    expect((await check({ build: { platform: "linux/amd64" } })).build).toMatchObject({ platform: "linux/amd64" });
  });

  it("goes inside of a secret", async () => {
    const checked = await check({ build: secret({ args: { A: "b" } }) });
    expect(checked.build).toEqual(secret({ args: { A: "b" }, contextDigest: digest, platform: "linux/arm64" }));
  });

  it("is a mark on a password, unless there is one", async () => {
    const login = { username: "a", password: "b" };
    expect((await check({ registry: login })).registry).toEqual({ username: "a", password: secret("b") });
    expect((await check({ registry: secret(login) })).registry).toEqual(secret(login));
  });

  it("is no null", async () => {
    expect(await check({ registry: null })).not.toHaveProperty("registry");
  });
});

describe("what is not known at preview", () => {
  it.each<Bag>([{ context: UNKNOWN }, { dockerfile: UNKNOWN }, { context: secret(UNKNOWN) }])(
    "makes the digest unknown: %j",
    async (build) => {
      expect(plainBag(await check({ build })).build).toMatchObject({ ...plainBag(build), contextDigest: UNKNOWN });
    },
  );

  it("does not hinder what is known", async () => {
    const args = { A: UNKNOWN, B: "c" };
    expect((await check({ imageName: UNKNOWN, skipPush: false, build: { args } })).build).toMatchObject({
      args,
      contextDigest: digest,
    });
    expect((await check({ build: UNKNOWN })).build).toBe(UNKNOWN);
  });
});

describe("what a check refuses", () => {
  it.each<[Bag, string]>([
    [{ skipPush: "yes" }, "skipPush is a string; it must be true or false"],
    [{ build: "app" }, "build is a string; it must be an object"],
    [{ build: { args: { A: 1 } } }, "build.args.A is a number; it must be a string"],
    [{ build: { builderVersion: "3" } }, 'build.builderVersion is "3"; it must be BuilderBuildKit'],
    [{ build: { cacheFrom: { images: ["cache"] } } }, 'Image name "app:1" names no registry'],
    [{ skipPush: false }, 'Image name "app:1" names no registry'],
    [{ skipPush: false, imageName: "docker.io/User/app" }, 'Image name "docker.io/User/app" is not valid'],
    [{ build: { context: "app", dockerfile: "./nope" } }, "could not open dockerfile at ./nope"],
  ])("%j", async (inputs, message) => {
    await expect(check(inputs)).rejects.toThrow(message);
  });

  it("is told without the value of a secret", async () => {
    await expect(check({ build: { args: { A: secret(["hidden"]) } } })).rejects.toThrow(
      /^build.args.A is a list; it must/,
    );
  });
});
