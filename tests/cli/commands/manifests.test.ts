import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { manifestPath, yamlOf } from "../../../cli/commands/manifests.ts";
import { experimentNames } from "../../../stacks/index.ts";
import { sampleConfig, sampleManifests } from "../../stacks/support/sample.ts";

const STACKS = experimentNames().filter((name) => name !== "helm");

describe.each(STACKS)("the manifests of %s", (stack) => {
  const manifests = sampleManifests(stack);
  const text = yamlOf(sampleConfig(stack), manifests);
  const documents = parseAllDocuments(text).map((document) => document.toJS());

  test("are the stack's objects as YAML, the namespace first, without what only Pulumi reads", () => {
    const plain = structuredClone(manifests).map((manifest) => {
      const metadata = manifest.metadata as { annotations?: Record<string, string> };
      const kept = Object.entries(metadata.annotations ?? {}).filter(([key]) => !key.startsWith("pulumi.com/"));
      delete metadata.annotations;
      if (kept.length > 0) metadata.annotations = Object.fromEntries(kept);
      return manifest;
    });
    expect(documents).toEqual(plain);
    expect(documents[0]).toMatchObject({ kind: "Namespace" });
    expect(text).not.toContain("pulumi.com/");
  });

  test("say what they are, and repeat nothing by anchors", () => {
    expect(text).toMatch(/^# .+\. .+\?\n# Written by: bin\/lab manifests \S+\napiVersion: v1\n/);
    expect(text).not.toMatch(/[&*][a-z]\d+/);
  });
});

test("text that kubectl would take for a boolean or a number is written in quotes", () => {
  const [namespace] = sampleManifests("pod");
  if (!namespace) throw new Error("a stack has a namespace");
  const labels = { a: "on", b: "0644", c: "0b11", d: "1_000" };
  const text = yamlOf(sampleConfig("pod"), [{ ...namespace, metadata: { ...namespace.metadata, labels } }]);
  expect(text).toContain('labels:\n    a: "on"\n    b: "0644"\n    c: "0b11"\n    d: "1_000"\n');
});

test("files have the homework's names", () => {
  expect(
    ["pod", "resources", "probes", "replicaset", "blue-green", "rolling"].map((stack) => manifestPath("m", stack)),
  ).toEqual([
    "m/online-inference-pod.yaml",
    "m/online-inference-pod-resources.yaml",
    "m/online-inference-pod-probes.yaml",
    "m/online-inference-replicaset.yaml",
    "m/online-inference-deployment-blue-green.yaml",
    "m/online-inference-deployment-rolling-update.yaml",
  ]);
  expect(new Set(STACKS.map((stack) => manifestPath("", stack))).size).toBe(STACKS.length);
});
