import { describe, expect, test } from "vitest";
import type { Rule, Violation } from "../../policy/rule.ts";
import { rules, violations } from "../../policy/rules.ts";
import { experiments } from "../../stacks/index.ts";
import type { Declaration } from "../../stacks/objects/declaration.ts";
import { declare, workloadsOf } from "../../stacks/program/prepare.ts";
import { configsOf } from "../stacks/support/configs.ts";
import { sampleConfig, sampleDeclarations, sampleImages } from "../stacks/support/sample.ts";

const single: readonly Rule[] = rules.filter(({ scope }) => scope === "object");

/** The violations of a stack's objects; of a chart only the workloads are known here. */
function broken(declarations: readonly Declaration[]): readonly Violation[] {
  const manifests = declarations.flatMap((declaration) => ("manifest" in declaration ? [declaration.manifest] : []));
  if (manifests.length === declarations.length) return violations(manifests);
  return single.flatMap((rule) => rule.check([...manifests, ...workloadsOf(declarations)]));
}

describe.each(Object.keys(experiments))("stack %s", (stack) => {
  test.each(configsOf(stack))("obeys every rule at %s", (_step, values) => {
    const declarations = sampleDeclarations(stack, values);
    expect(workloadsOf(declarations).length).toBeGreaterThan(0);
    expect(broken(declarations)).toEqual([]);
  });

  test("obeys them with images from a registry that asks for a password", () => {
    const registry = { address: "registry.test/team", credentials: { username: "me", password: "secret" } };
    const images = [...sampleImages].map(([release, plan]) => {
      const { service } = plan;
      return [release, { ...plan, service: { ...service, name: `${registry.address}/${service.name}` } }] as const;
    });
    const declarations = declare({ ...sampleConfig(stack), registry }, new Map(images));
    expect(JSON.stringify(declarations)).toContain('"Always"');
    expect(broken(declarations)).toEqual([]);
  });
});
