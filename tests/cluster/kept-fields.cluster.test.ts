import { randomUUID } from "node:crypto";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { experiments } from "../../stacks/index.ts";
import { extremeConfigsOf } from "../stacks/support/configs.ts";
import { sampleManifests } from "../stacks/support/sample.ts";
import { profile } from "./support/lab.ts";

/** A NodePort that no stack uses. */
const FREE_NODE_PORT = 32_750;

/** The object under a free name, in a namespace that exists. */
function elsewhere(manifest: Manifest): Manifest {
  const copy = structuredClone(manifest);
  copy.metadata.name = `kept-fields-${randomUUID()}`;
  if (copy.kind !== "Namespace") copy.metadata.namespace = "default";
  if (copy.kind === "Service") for (const port of copy.spec?.ports ?? []) port.nodePort = FREE_NODE_PORT;
  return copy;
}

/** Objects as the API server would store them, by a dry run. */
async function completed(manifests: readonly Manifest[]): Promise<readonly unknown[]> {
  const items = { apiVersion: "v1", kind: "List", items: manifests };
  const create = ["create", "--context", profile, "--dry-run=server", "--output", "yaml", "--filename", "-"];
  const { exitCode, stdout, stderr } = await execa("kubectl", create, { input: JSON.stringify(items), reject: false });
  if (exitCode !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

/** The fields that were sent, with the values that the API server returned. */
function kept(sent: unknown, received: unknown): unknown {
  if (Array.isArray(sent) && Array.isArray(received)) return received.map((item, index) => kept(sent[index], item));
  if (!isFields(sent) || !isFields(received)) return received;
  return Object.fromEntries(
    Object.entries(sent).flatMap(([key, value]) => (key in received ? [[key, kept(value, received[key])]] : [])),
  );
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

describe.each(Object.keys(experiments))("stack %s comes back as it was sent", (stack) => {
  test.each(extremeConfigsOf(stack))("at %s", async (_step, config) => {
    const sent = sampleManifests(stack, config).map(elsewhere);
    const received = await completed(sent);
    expect(received.map((object, index) => kept(sent[index], object))).toEqual(sent);
  });
});
