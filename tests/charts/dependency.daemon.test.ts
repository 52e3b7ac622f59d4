import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment, V1Service } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { violations } from "../../policy/rules.ts";
import { schemaViolations } from "../policy/validate-schema.ts";
import { chart, helm, type Rendered, render } from "./helm.ts";
import { LABEL_VALUE, labelValues, SERVICE_NAME } from "./kubernetes-names.ts";

// Another chart has ours twice among its dependencies: by its name, and by an alias.
const alias = "secondModel";
const dependency = { name: "online-inference", version: ">=0.1.0", repository: `file://${chart}` };
const files = {
  "Chart.yaml": {
    apiVersion: "v2",
    name: "platform",
    version: "1.0.0",
    dependencies: [
      { ...dependency, condition: "online-inference.enabled" },
      { ...dependency, alias, condition: `${alias}.enabled` },
    ],
  },
  "values.yaml": {
    global: { environment: "test", image: { registry: "registry.test" } },
    "online-inference": { enabled: true, replicas: 3 },
    [alias]: { enabled: false },
  },
};
const both = { [alias]: { enabled: true, release: "v2", service: { type: "ClusterIP" } } };

let parent: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "online-inference-parent-"));
  await mkdir(join(parent, "templates"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(parent, name), stringify(content));
  const { exitCode, all } = await helm(["dependency", "update", parent, "--skip-refresh"]);
  expect(exitCode, all).toBe(0);
});

afterAll(() => rm(parent, { recursive: true, force: true }));

const namesOf = (objects: readonly Rendered[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test("passes helm's own checks, warnings included", async () => {
  const lint = await helm(["lint", "--strict", "--with-subcharts", parent]);
  expect(lint.exitCode, lint.all).toBe(0);
  // Helm gives these values to the dependencies as well, not only to the chart that has them.
  const lintBoth = await helm(["lint", "--strict", parent, "--values", "-"], both);
  expect(lintBoth.exitCode, lintBoth.all).toBe(0);
});

test("is left out by its condition", async () => {
  const { stdout, exitCode } = await helm(["template", "x", parent, "--set", "online-inference.enabled=false"]);
  expect(exitCode).toBe(0);
  expect(stdout.trim()).toBe("");
});

test("makes what it makes by itself, under a name that leaves the release's to others", async () => {
  const objects = await render({}, "shop", parent);
  expect(new Set(objects.map(({ metadata }) => metadata.name))).toEqual(
    new Set(["shop-online-inference", "shop-online-inference-test"]),
  );
  const alone = await render({ replicas: 3, fullnameOverride: "shop-online-inference" }, "shop");
  expect(objects).toEqual(alone);
});

describe("twice in one release", () => {
  test("has names of its own each time", async () => {
    const objects = await render(both, "shop", parent);
    expect(objects).toHaveLength(12);
    expect(new Set(namesOf(objects)).size).toBe(12);
    expect(namesOf(objects)).toEqual(
      expect.arrayContaining(["Service shop-online-inference", "Service shop-secondmodel"]),
    );
    for (const { metadata } of objects) expect(metadata.name).toMatch(SERVICE_NAME);
    for (const value of objects.flatMap(labelValues)) expect(value).toMatch(LABEL_VALUE);
  });

  test("has pods of its own each time", async () => {
    const objects = await render(both, "shop", parent);
    const of = <Kind>(kind: string) => objects.filter((object) => object.kind === kind) as unknown as Kind[];
    const reached = of<V1Service>("Service").map(({ spec }) =>
      of<V1Deployment>("Deployment")
        .filter(({ spec: { template } = {} }) =>
          Object.entries(spec?.selector ?? {}).every(([key, value]) => template?.metadata?.labels?.[key] === value),
        )
        .map(({ metadata }) => metadata?.name),
    );
    expect(reached.flat().sort()).toEqual(["shop-online-inference", "shop-secondmodel"]);
    expect(reached.map(({ length }) => length)).toEqual([1, 1]);
  });

  test("obeys the Kubernetes API's schemas and our rules", async () => {
    const objects = await render(both, "shop", parent);
    expect(await schemaViolations(objects)).toEqual([]);
    expect(violations(objects as unknown as readonly Manifest[])).toEqual([]);
  });
});

test("names that get too long are refused with the value to set, which is then enough", async () => {
  const release = "r".repeat(42);
  const { exitCode, stderr } = await helm(["template", release, parent]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`got "${release}-online-inference", allowed: `);
  expect(stderr).toContain("at most 58 characters");
  expect(stderr).toContain("by --set online-inference.fullnameOverride=online-inference");
  const objects = await render({ "online-inference": { fullnameOverride: "online-inference" } }, release, parent);
  expect(namesOf(objects)).toContain("Service online-inference");
  // With one letter less the name is allowed.
  expect(namesOf(await render({}, release.slice(1), parent))).toContain(`Service ${release.slice(1)}-online-inference`);
});
