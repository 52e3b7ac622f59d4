import { rm } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { allCredentials, credentialsFor, credentialsWarning } from "../../../setup/docker-provider/credentials.ts";
import { readInputs } from "../../../setup/docker-provider/inputs.ts";
import type { Bag } from "../../../setup/docker-provider/properties.ts";
import { explainPush } from "../../../setup/docker-provider/push.ts";
import { makeFolder } from "./folder.ts";

let folder = "";
afterEach(() => rm(folder || "/nowhere/at/all", { recursive: true, force: true }));

const image = (registry: Bag) => readInputs({ imageName: "host:5000/app:1", registry });
const auth = Buffer.from("bob:with:colon").toString("base64");
async function configDir(config: object | string): Promise<NodeJS.ProcessEnv> {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  const helper =
    '#!/bin/sh\nread -r key\n[ "$key" = helped:1 ] || { echo "credentials not found in native keychain"; exit 1; }\n';
  folder = await makeFolder({
    "config.json": text,
    "docker-credential-test": { text: `${helper}echo '{"Username":"<token>","Secret":"t"}'\n`, mode: 0o755 },
  });
  return { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` };
}

describe("credentials", () => {
  it("of the program go to its own registry only", async () => {
    const find = credentialsFor(image({ username: "alice", password: "secret" }), await configDir({}));
    expect(await find("host:5000")).toEqual({ username: "alice", password: "secret", serveraddress: "host:5000" });
    expect(await find("elsewhere:5000")).toBeUndefined();
  });

  it("of the machine serve every other registry", async () => {
    const env = await configDir({ auths: { "https://index.docker.io/v1/": { auth }, "http://host:5000": { auth } } });
    const bob = { username: "bob", password: "with:colon" };
    const find = credentialsFor(image({ username: "alice" }), env);
    expect(await find("host:5000")).toEqual({ ...bob, serveraddress: "host:5000" });
    expect(await find("docker.io")).toEqual({ ...bob, serveraddress: "https://index.docker.io/v1/" });
    expect(Object.keys(await allCredentials(image({}), env))).toEqual(["https://index.docker.io/v1/", "host:5000"]);
  });

  it("may come from a helper", async () => {
    const env = await configDir({ credsStore: "test" });
    const find = credentialsFor(image({}), env);
    expect(await find("helped:1")).toEqual({ identitytoken: "t", serveraddress: "helped:1" });
    expect(await find("other:1")).toBeUndefined();
  });

  it("are not quoted when the configuration is broken or its helper missing", async () => {
    const broken = credentialsFor(image({}), await configDir('{"auths": hidden-password'));
    await expect(broken("x:1")).rejects.toThrow(/config.json is not valid JSON$/);
    await rm(folder, { recursive: true });
    const helpless = credentialsFor(image({}), await configDir({ credHelpers: { "x:1": "not-installed" } }));
    await expect(helpless("x:1")).rejects.toThrow("docker-credential-not-installed");
  });

  it("given by half are warned of", () => {
    expect(credentialsWarning(image({ username: "a" }))).toContain("password was not set, although username was");
    expect(credentialsWarning(image({ username: "a", password: "b" }))).toBeUndefined();
  });
});

describe("a failed push", () => {
  it.each([
    [{}, "no basic auth credentials", "No credentials were given"],
    [{ username: "alice" }, "unauthorized: authentication required", "credentials of alice"],
    [{ identitytoken: "t" }, "denied: requested access to the resource is denied", "credentials of a token"],
    [{}, "dial tcp 127.0.0.1:1: connect: connection refused", "the daemon cannot reach the registry host:5000"],
    [{}, "blob upload invalid", "failed: blob upload invalid"],
  ])("with %j and %j", (credentials, failure, expected) => {
    const text = explainPush("host:5000/app:1", "host:5000", credentials, failure);
    expect(text).toContain(expected);
    expect(text).toContain(failure);
  });
});
