import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { yamlOf } from "../../cli/commands/manifests.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { violations } from "../../policy/rules.ts";
import { experiments } from "../../stacks/index.ts";
import { render } from "../charts/helm.ts";
import { everyValue } from "../charts/values.ts";
import { sampleConfig, sampleDeclarations, sampleManifests } from "../stacks/support/sample.ts";
import { schemaViolations } from "./validate-schema.ts";

/** All objects of a stack under its config; helm itself renders the charts. */
async function deployed(stack: string): Promise<readonly Manifest[]> {
  const charts = sampleDeclarations(stack).flatMap((declaration) =>
    "chart" in declaration ? [declaration.chart] : [],
  );
  const rendered = await Promise.all(charts.map(({ values, release }) => render(values, release)));
  return [...sampleManifests(stack), ...(rendered.flat() as unknown as Manifest[])];
}

describe.each(Object.keys(experiments))("stack %s", (stack) => {
  test("obeys the Kubernetes API's own schemas", async () => {
    const manifests = await deployed(stack);
    expect(manifests.length).toBeGreaterThan(2);
    expect(await schemaViolations(manifests)).toEqual([]);
  });
});

test("what bin/lab manifests writes obeys the API's schemas", async () => {
  const stacks = Object.keys(experiments).filter((stack) => stack !== "helm");
  const written = stacks.flatMap((stack) => parseAllDocuments(yamlOf(sampleConfig(stack), sampleManifests(stack))));
  expect(written.length).toBeGreaterThan(20);
  expect(await schemaViolations(written.map((document) => document.toJS()))).toEqual([]);
});

test.each(["homework", "charts"])("the manifests of tests/fixtures/%s obey the API's schemas", async (name) => {
  const folder = new URL(`../fixtures/${name}/`, import.meta.url);
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(new URL(file, folder), "utf8")));
  const objects = texts.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS());
  expect(objects.length).toBeGreaterThan(5);
  expect(await schemaViolations(objects)).toEqual([]);
});

test.each([
  ["the helm stack's values", () => sampleDeclarations("helm").find((one) => "chart" in one)?.chart.values],
  ["no values", () => ({})],
  // The chart allows what the rules do not: no wait before SIGTERM, and a token in the pods.
  [
    "every value",
    () => ({
      ...everyValue,
      preStopSeconds: 3,
      serviceAccount: { ...everyValue.serviceAccount, automount: false },
    }),
  ],
])("the chart obeys every rule with %s", async (_name, values) => {
  const objects = (await render(values())) as unknown as readonly Manifest[];
  expect(objects.map(({ kind }) => kind)).toContain("Deployment");
  expect(violations(objects)).toEqual([]);
});
