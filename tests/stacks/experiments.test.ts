import { access } from "node:fs/promises";
import Value from "typebox/value";
import { describe, expect, test } from "vitest";
import { PLAYGROUND_NODE_PORT, resolveConfig } from "../../stacks/config.ts";
import { experimentNames, experiments } from "../../stacks/index.ts";

describe.each(Object.entries(experiments))("experiment %s", (name, experiment) => {
  test("has a committed stack of its name", async () => {
    await access(new URL(`../../Pulumi.${name}.yaml`, import.meta.url));
  });

  test("says what it is and asks a question", () => {
    expect(experiment.title).not.toBe("");
    expect(experiment.question).toMatch(/\?$/);
  });

  test("has settings whose defaults are in range and described", () => {
    for (const schema of Object.values(experiment.settings.properties)) {
      expect(schema).toMatchObject({ default: expect.anything(), description: expect.any(String) });
      expect(Value.Check(schema, (schema as { default?: unknown }).default)).toBe(true);
    }
  });

  test("has steps that config allows, a no-op among them but not first", () => {
    const kinds = experiment.steps.map(({ kind }) => kind);
    expect(kinds.indexOf("no-op")).toBeGreaterThan(0);
    for (const step of experiment.steps) {
      if (step.kind === "no-op") continue;
      const values = Object.entries(step.config).map(([key, value]) => [`lab:${key}`, value]);
      expect(resolveConfig({ project: "lab", stack: name, values: Object.fromEntries(values), env: {} })).toMatchObject(
        { experimentName: name },
      );
    }
  });

  test("claims something, each claim under an id of its own", () => {
    const ids = experiment.hypotheses.map(({ id }) => id);
    expect(ids).not.toHaveLength(0);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("no two stacks share a NodePort", () => {
  const ports = [PLAYGROUND_NODE_PORT, ...Object.values(experiments).map(({ nodePort }) => nodePort)];
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) expect(port >= 30_050 && port <= 30_059).toBe(true);
});

test("the playground is no experiment", () => {
  expect(experimentNames()).not.toContain("dev");
});
