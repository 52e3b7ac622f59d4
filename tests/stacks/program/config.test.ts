import { readFile } from "node:fs/promises";
import Type from "typebox";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../../common/user-error.ts";
import { type ConfigSource, resolveConfig, stackSettings } from "../../../stacks/program/config.ts";

const resolve = (values: Record<string, string> = {}, source: Partial<ConfigSource> = {}) =>
  resolveConfig({
    project: "online-inference",
    stack: "pod",
    env: {},
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [`online-inference:${key}`, value])),
    ...source,
  });

/** The message of the UserError for a config. */
function refusal(values: Record<string, string>, source: Partial<ConfigSource> = {}): string {
  try {
    resolve(values, source);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("the config was accepted");
}

test("a stack without config is its experiment with every default", () => {
  const { experiment, ...config } = resolve();
  expect(experiment.title).toBe("A bare Pod");
  expect(config).toEqual({
    stack: "pod",
    experimentName: "pod",
    release: "v1",
    profile: "minikube",
    context: "minikube",
    registry: undefined,
    baseImage: "node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20",
    baseContext: undefined,
    nodePort: 30050,
    namespace: "online-inference-pod",
    settings: {
      cpuRequestMillicores: 50,
      memoryRequestMebibytes: 64,
      cpuLimitMillicores: 500,
      memoryLimitMebibytes: 256,
      preStopSeconds: 5,
      drainSeconds: 3,
      host: "auto",
    },
  });
});

test("the playground has a namespace and a port of its own, and the pod by default", () => {
  expect(resolve({}, { stack: "dev" })).toMatchObject({
    experimentName: "pod",
    nodePort: 30059,
    namespace: "online-inference-dev",
  });
  expect(resolve({ experiment: "pod" }, { stack: "mine" })).toMatchObject({ experimentName: "pod", nodePort: 30059 });
});

test("text from the command line becomes the schema's types", () => {
  const config = resolve({ release: "v2", nodePort: "30057", namespace: "lab", profile: "other", preStopSeconds: "0" });
  expect(config).toMatchObject({ release: "v2", nodePort: 30057, namespace: "lab", profile: "other" });
  expect(config.settings.preStopSeconds).toBe(0);
});

test("another context and a registry are taken as they are; a password only if Pulumi keeps it encrypted", () => {
  const values = { context: "production", profile: "lab", registry: "docker.io/alice", registryUsername: "alice" };
  expect(resolve({ profile: "lab" }).context).toBe("lab");
  expect(refusal({ ...values, registryPassword: "hunter22" })).toContain("config registryPassword: got plain text");
  const config = resolve(
    { ...values, registryPassword: "hunter22" },
    { secretKeys: ["online-inference:registryPassword"], env: { PULUMI_CONFIG_PASSPHRASE: "own" } },
  );
  expect(config).toMatchObject({
    context: "production",
    profile: "lab",
    registry: { address: "docker.io/alice", credentials: { username: "alice", password: "hunter22" } },
  });
});

test("the base's folder comes from the environment", () => {
  expect(resolve({}, { env: { ONLINE_INFERENCE_BASE_CONTEXT: "/cache/base" } }).baseContext).toBe("/cache/base");
  expect(resolve({}, { env: { ONLINE_INFERENCE_BASE_CONTEXT: "" } }).baseContext).toBeUndefined();
  expect(refusal({}, { env: { ONLINE_INFERENCE_BASE_CONTEXT: "cache/base" } })).toContain(
    'ONLINE_INFERENCE_BASE_CONTEXT: got "cache/base", allowed: an absolute path',
  );
});

test.each([
  ["nodePort", "abc", "a whole number from 30050 to 30065"],
  ["nodePort", "30066", "a whole number from 30050 to 30065"],
  ["nodePort", "30050.5", "a whole number from 30050 to 30065"],
  ["nodePort", "", "a whole number from 30050 to 30065"],
  ["nodePort", "0x7562", "a whole number from 30050 to 30065"],
  ["release", "v9", "v1, v2"],
  ["experiment", "pods", "blue-green, canary, "],
  ["experiment", "constructor", "blue-green, canary, "],
  ["namespace", "Bad_Name", "text that matches"],
  ["profile", "-p", "text that matches"],
  ["baseImage", "", "text that matches"],
  ["memoryLimitMebibytes", "-1", "a whole number from 16 to 4096"],
])("%s=%s is refused with what is allowed, in one line", (key, value, allowed) => {
  const message = refusal({ [key]: value });
  expect(message).toContain(`config ${key}: got "${value}", allowed: ${allowed}`);
  expect(message).toContain(
    `Pulumi.pod.yaml has ${key}, as -c saves it. Take it out: pulumi config rm ${key} --stack pod`,
  );
  expect(message).not.toContain("\n");
});

test("a request above its limit is refused", () => {
  expect(refusal({ cpuRequestMillicores: "600" })).toContain(
    "config cpuRequestMillicores: got 600, allowed: at most cpuLimitMillicores, which is 500.",
  );
  expect(refusal({ memoryRequestMebibytes: "128", memoryLimitMebibytes: "100" })).toContain(
    "config memoryRequestMebibytes: got 128, allowed: at most memoryLimitMebibytes, which is 100.",
  );
  expect(resolve({ cpuRequestMillicores: "500", memoryRequestMebibytes: "256" }).settings).toMatchObject({
    cpuRequestMillicores: 500,
  });
});

test("an unknown key is refused with the keys that there are", () => {
  expect(refusal({ replica: "2" })).toBe(
    "config replica: no such key, allowed: baseImage, context, cpuLimitMillicores, cpuRequestMillicores, drainSeconds, " +
      "experiment, host, memoryLimitMebibytes, memoryRequestMebibytes, modelDir, namespace, nodePort, preStopSeconds, profile, registry, " +
      "registryPassword, registryUsername, release. Pulumi.pod.yaml has replica, as -c saves it. Take it out: pulumi config rm " +
      "replica --stack pod",
  );
});

test("keys of other namespaces are not ours to judge", () => {
  expect(resolve({}, { values: { "pulumi:disable-default-providers": "[]", "docker:host": "x" } }).release).toBe("v1");
});

test("the profile is the one that bin/lab remembers, unless config names another", () => {
  const env = { ONLINE_INFERENCE_PROFILE: "lab2" };
  expect(resolve({}, { env })).toMatchObject({ profile: "lab2", context: "lab2" });
  expect(resolve({ profile: "other" }, { env })).toMatchObject({ profile: "other", context: "other" });
  expect(resolve({}, { env: { ONLINE_INFERENCE_PROFILE: "" } }).profile).toBe("minikube");
  expect(refusal({}, { env: { ONLINE_INFERENCE_PROFILE: "-p x" } })).toBe(
    'environment ONLINE_INFERENCE_PROFILE: got "-p x", allowed: the name of a minikube profile. Take the value that ' +
      '"bin/lab env" prints, or unset it.',
  );
});

test("Pulumi.yaml declares only keys with a default that is the same in every stack and on every machine, and that default", async () => {
  const { config } = parse(await readFile(new URL("../../../Pulumi.yaml", import.meta.url), "utf8")) as {
    config: Record<string, { type: string; default: unknown; description: string }>;
  };
  const declared = Object.entries(config).map(([key, { type, ...facts }]) => [
    key,
    type,
    facts.default,
    facts.description,
  ]);
  const known = Object.entries(stackSettings("pod").properties)
    .filter(([key, schema]) => !Type.IsOptional(schema) && !["nodePort", "namespace", "profile"].includes(key))
    .map(([key, schema]) => {
      const { default: value, description } = schema as { default?: unknown; description?: string };
      return [key, "string", value, description];
    });
  expect(declared).toEqual(known);
});
