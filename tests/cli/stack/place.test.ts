import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stackPlace } from "../../../cli/stack/place.ts";
import { scratchFolder } from "../../setup/support/scratch.ts";

/** Asks a Pulumi that prints a text, and ends with a code, where the stack is. */
async function placeBy(output: unknown, exitCode = 0) {
  const project = await scratchFolder();
  const pulumi = join(project, "pulumi");
  const print = exitCode === 0 ? "log" : "error";
  const script = `console.${print}(${JSON.stringify(typeof output === "string" ? output : JSON.stringify(output))});`;
  await writeFile(pulumi, `#!${process.execPath}\n${script}\nprocess.exitCode = ${exitCode};`);
  await chmod(pulumi, 0o755);
  return stackPlace({ pulumi, project, env: {}, stack: "pod" });
}

const urn = (type: string, name: string) => `urn:pulumi:pod::online-inference::${type}::${name}`;
const resource = (type: string, name: string, facts: object) => ({
  urn: urn(type, name),
  custom: true,
  type,
  ...facts,
});
const manifest = { time: "2026-11-25T21:55:16.683044944Z", version: "3.250.0" };
const exported = (...resources: object[]) => ({ version: 3, deployment: { manifest, resources, metadata: {} } });

const root = resource("pulumi:pulumi:Stack", "online-inference-pod", {
  outputs: { experiment: "pod", profile: "lab2", context: "lab2" },
});
const docker = resource("pulumi:providers:docker", "docker", { inputs: { host: "tcp://192.168.58.2:2376" } });
const kubernetes = resource("pulumi:providers:kubernetes", "kubernetes", { inputs: { context: "lab2" } });

test("a stack is where its Kubernetes provider is, whatever its config says", async () => {
  expect(await placeBy(exported(root, docker, kubernetes))).toEqual({ context: "lab2", profile: "lab2" });
});

test("a stack whose first update failed is somewhere, as far as it got", async () => {
  const early = resource("pulumi:pulumi:Stack", "online-inference-pod", {});
  expect(await placeBy(exported(early, docker))).toEqual({});
});

test("a stack without resources is nowhere, also when a destroy of nothing left its own entry", async () => {
  expect(await placeBy(exported(resource("pulumi:pulumi:Stack", "online-inference-pod", {})))).toBeUndefined();
  expect(await placeBy(exported())).toBeUndefined();
  expect(await placeBy({ version: 3, deployment: { manifest, metadata: {} } })).toBeUndefined();
});

test("a stack that Pulumi does not know is an error", async () => {
  await expect(placeBy("error: no stack named 'pod' found", 255)).rejects.toThrow(
    "cannot read the state of stack pod: error: no stack named 'pod' found",
  );
});
