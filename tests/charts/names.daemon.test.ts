import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaViolations } from "../policy/validate-schema.ts";
import { chart, helm, only, render } from "./helm.ts";
import { LABEL_VALUE, labelValues, SERVICE_NAME } from "./kubernetes-names.ts";

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "online-inference-chart-"));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

const refusalOf = async (release: string, values: object = {}) => {
  const { exitCode, stderr } = await helm(["template", release, chart, "--values", "-"], values);
  expect(exitCode).toBe(1);
  return stderr;
};

describe("names of objects", () => {
  test.each([
    ["a", {}, "a"],
    ["r".repeat(53), {}, "r".repeat(53)],
    // YAML would read these as numbers, booleans or dates, not as text.
    ["true", {}, "true"],
    ["null", {}, "null"],
    ["1e3", { fullnameOverride: "on" }, "on"],
    ["1.2.3", { fullnameOverride: "model" }, "model"],
    ["x", { fullnameOverride: "f".repeat(58) }, "f".repeat(58)],
  ])("of release %s under %j are ones that all of them may have", async (release, values, name) => {
    const objects = await render(values, release);
    for (const { kind, metadata } of objects) {
      expect(metadata.name).toBe(kind === "Pod" ? `${name}-test` : name);
      expect(metadata.name).toMatch(SERVICE_NAME);
      expect(metadata.labels["app.kubernetes.io/instance"]).toBe(release);
    }
    expect(await schemaViolations(objects)).toEqual([]);
  });

  test.each(["0", "1st", "2024.1", "a.b", "v1.2"])("of release %s no Service may have: says so", async (release) => {
    expect(await refusalOf(release)).toMatch(
      `name of all objects, from the release's: got "${release}", allowed: what a Service may be called, which is ` +
        "lowercase letters, digits and -, a letter first, no - last, at most 58 characters. Name the release otherwise, " +
        "or the objects by --set fullnameOverride=online-inference",
    );
  });

  test.each(["f".repeat(59), "1st", "a.b", "a-", "A"])("are refused by their key: %s", async (fullnameOverride) => {
    expect(await refusalOf("x", { fullnameOverride })).toContain("at '/fullnameOverride'");
  });

  test("lie in a namespace that looks like a number", async () => {
    const { stdout } = await helm(["template", "x", chart, "--namespace", "123"]);
    expect(new Set(stdout.match(/^ {2}namespace: .*$/gm))).toEqual(new Set(['  namespace: "123"']));
  });
});

describe("versions", () => {
  /** A copy of the chart that is packaged under other versions. */
  async function packaged(version: string, appVersion: string): Promise<string> {
    const flags = ["--version", version, "--app-version", appVersion, "--destination", scratch];
    const { exitCode, all } = await helm(["package", chart, ...flags]);
    expect(exitCode, all).toBe(0);
    return join(scratch, `online-inference-${version}.tgz`);
  }

  test.each([
    ["1.2.3+build.7", "v1+build.7", "online-inference-1.2.3_build.7", "v1_build.7"],
    [
      `1.2.3-${"a".repeat(39)}+b`,
      `v1-${"a".repeat(59)}.b`,
      `online-inference-1.2.3-${"a".repeat(39)}`,
      `v1-${"a".repeat(59)}`,
    ],
    ["1.2.3", "1.0", "online-inference-1.2.3", "1.0"],
  ])("%s of the chart and %s of the service are values of labels", async (version, appVersion, chartLabel, label) => {
    const objects = await render({}, "x", await packaged(version, appVersion));
    expect(await schemaViolations(objects)).toEqual([]);
    for (const value of objects.flatMap(labelValues)) expect(value).toMatch(LABEL_VALUE);
    const deployment = only<V1Deployment>(objects, "Deployment");
    expect(deployment.metadata.labels).toMatchObject({
      "helm.sh/chart": chartLabel,
      "app.kubernetes.io/version": label,
    });
    const image = deployment.spec?.template.spec?.containers[0]?.image;
    expect(image).toBe(`online-inference:${appVersion.replace("+", "_")}`);
  });
});
