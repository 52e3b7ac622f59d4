import { describe, expect, test } from "vitest";
import { experimentNames } from "../../stacks/index.ts";
import { sampleDeclarations, sampleManifests } from "./support/sample.ts";

describe.each(experimentNames())("stack %s", (stack) => {
  test("declares exactly these objects", async () => {
    const text = `${JSON.stringify(sampleDeclarations(stack), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`snapshots/${stack}.json`);
  });

  test("puts every object into its own namespace, which comes first", () => {
    const [namespace, ...others] = sampleManifests(stack);
    expect(namespace?.metadata.name).toBe(`online-inference-${stack}`);
    for (const { metadata } of others) expect(metadata).toMatchObject({ namespace: `online-inference-${stack}` });
  });

  test("names every declaration once", () => {
    const names = sampleDeclarations(stack).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
