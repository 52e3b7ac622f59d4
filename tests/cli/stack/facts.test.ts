import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stackFacts } from "../../../cli/stack/facts.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

const values = {
  experiment: "rolling",
  registry: "docker.io/alice",
  registryUsername: "alice",
  registryPassword: "x",
  "online-inference:replicas": "3",
};

/** The facts of a stack whose file keeps the password in some way, under a passphrase of the user's own. */
async function factsWhere(password: string) {
  const project = await scratchFolder();
  const text = `config:\n  online-inference:registryPassword:${password}\n`;
  await writeFile(join(project, "Pulumi.mine.yaml"), text);
  const call = { pulumi: "pulumi", project, env: { PULUMI_CONFIG_PASSPHRASE: "own" }, stack: "mine" };
  return stackFacts(call, values);
}

test("a stack with a password that Pulumi keeps encrypted can be observed", async () => {
  expect(await factsWhere("\n    secure: v1:abc:def")).toMatchObject({
    experiment: "rolling",
    settings: { replicas: 3 },
    namespace: "online-inference-mine",
    service: "online-inference",
  });
});

test("one with a password in plain text cannot", async () => {
  await expect(factsWhere(" x")).rejects.toThrow("config registryPassword: got plain text, allowed: a secret");
});
