import { expect, test } from "vitest";
import { UserError } from "../../../common/user-error.ts";
import {
  credentialsKey,
  hostOf,
  type Keeping,
  type RegistryValues,
  registryOf,
} from "../../../stacks/images/registry.ts";

const credentials = { registryUsername: "alice", registryPassword: "hunter22" };
const keeping: Keeping = { stack: "dev", encrypted: true, env: { PULUMI_CONFIG_PASSPHRASE: "own" } };

const decide = (values: Partial<RegistryValues>, changed: Partial<Keeping> = {}) =>
  registryOf(
    { registry: undefined, registryUsername: undefined, registryPassword: undefined, ...values },
    { ...keeping, ...changed },
  );

function refusal(values: Partial<RegistryValues>, changed: Partial<Keeping> = {}): string {
  try {
    decide(values, changed);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).not.toMatch(/\n|hunter22/);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

test("without a registry nothing is pushed", () => {
  expect(decide({})).toBeUndefined();
});

test.each([
  ["docker.io/alice", "docker.io", "https://index.docker.io/v1/"],
  ["index.docker.io/alice", "index.docker.io", "https://index.docker.io/v1/"],
  ["127.0.0.1:5000", "127.0.0.1:5000", "127.0.0.1:5000"],
  ["localhost", "localhost", "localhost"],
  ["registry:5000/team/a_b__c--d.e", "registry:5000", "registry:5000"],
  ["ghcr.io/some-team/lab", "ghcr.io", "ghcr.io"],
])("%s is a registry, whose credentials docker keeps under %s or %s", (address, host, key) => {
  const registry = decide({ registry: address });
  expect(registry).toEqual({ address });
  expect(registry && [hostOf(registry), credentialsKey(registry)]).toEqual([host, key]);
});

test.each([
  "https://docker.io",
  "alice",
  "docker.io/Alice",
  "docker.io/",
  "docker.io/alice:v1",
  "a b.c",
  "",
  "host:port",
])("%j is none", (address) => {
  expect(refusal({ registry: address })).toContain(
    `config registry: got ${JSON.stringify(address)}, allowed: host[:port][/path] in lower case and without a scheme`,
  );
});

test("credentials come with the registry that they are for, both or neither", () => {
  const registry = "docker.io/alice";
  expect(decide({ registry, ...credentials })).toEqual({
    address: registry,
    credentials: { username: "alice", password: "hunter22" },
  });
  expect(refusal({ registry, registryUsername: "alice" })).toContain(
    "config registryUsername: got only half of the credentials",
  );
  expect(refusal({ registry, registryPassword: "hunter22" })).toContain(
    "config registryPassword: got only half of the credentials",
  );
  expect(refusal({ registryUsername: "alice" })).toContain("config registryUsername: got a value without registry");
  expect(refusal(credentials)).toContain("without registry");
});

test("a password that others can read is refused: in plain text, or under the empty passphrase", () => {
  const values = { registry: "docker.io/alice", ...credentials };
  expect(refusal(values, { encrypted: false })).toContain(
    "config registryPassword: got plain text, allowed: a secret. Put a new password in its place",
  );
  expect(refusal(values, { env: { PULUMI_CONFIG_PASSPHRASE: "" } })).toContain(
    "config registryPassword: got a secret under the empty passphrase",
  );
  // The passphrase may be asked for at the terminal, come from a file, or secrets may be kept by a cloud's key service.
  expect(decide(values, { env: {} })).toMatchObject({ address: "docker.io/alice" });
});
