import { describe, expect, test } from "vitest";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { violations } from "../../policy/rules.ts";
import { experiments } from "../../stacks/index.ts";
import { render } from "../charts/helm.ts";
import { everyValue } from "../charts/values.ts";
import { sampleDeclarations, sampleManifests } from "../stacks/support/sample.ts";
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

test.each([
  ["the helm stack's values", () => sampleDeclarations("helm").find((one) => "chart" in one)?.chart.values],
  ["no values", () => ({})],
  // Without a wait before SIGTERM: the chart allows that, the rules do not.
  ["every value", () => ({ ...everyValue, preStopSeconds: 3 })],
])("the chart obeys every rule with %s", async (_name, values) => {
  const objects = (await render(values())) as unknown as readonly Manifest[];
  expect(objects.map(({ kind }) => kind)).toContain("Deployment");
  expect(violations(objects)).toEqual([]);
});
