import { access } from "node:fs/promises";
import Value from "typebox/value";
import { describe, expect, test } from "vitest";
import { NODE_PORTS, TAKEN_NODE_PORTS } from "../../common/lab-node-ports.ts";
import { experimentNames, experiments } from "../../stacks/index.ts";
import { resolveConfig } from "../../stacks/program/config.ts";

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

  const { settings } = resolveConfig({ project: "lab", stack: name, values: {}, env: {} });
  const steps = experiment.steps(settings);
  const ids = steps.map(({ id }) => id);

  test("has steps that config allows, one after the other, a no-op among them but not first", () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(steps.map(({ kind }) => kind).indexOf("no-op")).toBeGreaterThan(0);
    let values: Record<string, string> = {};
    for (const step of steps) {
      if (step.kind === "reset") values = {};
      if ("config" in step) for (const [key, value] of Object.entries(step.config)) values[`lab:${key}`] = value;
      expect(resolveConfig({ project: "lab", stack: name, values, env: {} })).toMatchObject({ experimentName: name });
    }
  });

  test("claims something of each step but the first, each claim under an id of its own", () => {
    const hypotheses = experiment.hypotheses(settings);
    expect(new Set(hypotheses.map(({ id }) => id)).size).toBe(hypotheses.length);
    const claimed = hypotheses.flatMap((hypothesis) => ("step" in hypothesis ? [hypothesis.step] : []));
    for (const step of claimed) expect(ids).toContain(step);
    for (const { kind, id } of steps.slice(1)) if (kind !== "reset") expect(claimed).toContain(id);
  });
});

test("no two stacks share a NodePort, nor does one have what measurements and tests deploy beside them", () => {
  const ports = [...TAKEN_NODE_PORTS, ...Object.values(experiments).map(({ nodePort }) => nodePort)];
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) expect(port >= NODE_PORTS.first && port <= NODE_PORTS.last).toBe(true);
});

test("the playground is no experiment", () => {
  expect(experimentNames()).not.toContain("dev");
});
