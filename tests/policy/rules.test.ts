import { expect, test } from "vitest";
import { NODE_PORTS } from "../../common/lab-node-ports.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { rules, violations } from "../../policy/rules.ts";
import { stackSettings } from "../../stacks/program/config.ts";
import { CONTAINER, cases, LABEL, POD } from "./cases.ts";
import { good, spoiled, without } from "./good.ts";

const told = (manifests: readonly Manifest[]) => [
  ...new Set(violations(manifests).map(({ rule, object, path }) => `${rule}: ${object} ${path}`)),
];

test("a good set obeys every rule", () => {
  expect(violations(good)).toEqual([]);
});

test.each(cases)("%s at %s, broken by %s %s = %j", (rule, at, kind, path, value) => {
  const [found, ...more] = violations(spoiled(kind, path, value));
  expect(more).toEqual([]);
  expect(found).toMatchObject({ rule, path: at });
  expect(found?.message).toMatch(/\b(must|may) /);
});

test("what needs several objects is missed together with one of them", () => {
  const pods = `Deployment lab/app ${POD}`;
  expect(told(without("Service"))).toEqual([`served: ${pods}.containers`]);
  expect(told(without("NetworkPolicy"))).toEqual([`network-policy: ${pods}`]);
  expect(told(without("PodDisruptionBudget"))).toEqual(["disruption-budget: Deployment lab/app spec.replicas"]);
  expect(told(without("Deployment"))).toEqual([
    "service-target: Service lab/app spec.selector",
    "drainable: PodDisruptionBudget lab/app spec.selector",
  ]);
});

test("objects of another namespace do not count", () => {
  expect(told(spoiled("Service", "metadata.namespace", "other"))).toContain(
    `served: Deployment lab/app ${POD}.containers`,
  );
  expect(told(spoiled("PodDisruptionBudget", "metadata.namespace", "other"))).toContain(
    "disruption-budget: Deployment lab/app spec.replicas",
  );
  expect(told(spoiled("NetworkPolicy", "metadata.namespace", "other"))).toEqual([
    `network-policy: Deployment lab/app ${POD}`,
  ]);
});

test("no rule for Egress and an empty list of them are the same", () => {
  expect(violations(spoiled("NetworkPolicy", "spec.egress", []))).toEqual([]);
});

test("two budgets over the same pods are refused, because no pod could be evicted", () => {
  const budgets = good.filter(({ kind }) => kind === "PodDisruptionBudget");
  expect(violations([...good, ...budgets]).map(({ rule, message }) => `${rule} ${message}`)).toEqual([
    "disruption-budget must be under one PodDisruptionBudget, is under 2",
  ]);
});

test("selectors of labels by expressions are understood", () => {
  const expressions = (...matchExpressions: object[]) =>
    told(spoiled("PodDisruptionBudget", "spec.selector", { matchExpressions })).length === 0;
  const key = `${LABEL}/version`;
  expect(expressions({ key, operator: "In", values: ["v1", "v2"] }, { key, operator: "Exists" })).toBe(true);
  expect(expressions({ key, operator: "NotIn", values: ["v2"] }, { key: "x", operator: "DoesNotExist" })).toBe(true);
  expect(expressions({ key, operator: "In", values: ["v2"] })).toBe(false);
  expect(expressions({ key, operator: "NotIn", values: ["v1"] })).toBe(false);
  expect(expressions({ key, operator: "DoesNotExist" })).toBe(false);
  expect(expressions({ key: "x", operator: "Exists" })).toBe(false);
});

test("images of registries may be pulled, by digest too", () => {
  const pulled = (image: string) => {
    const manifests = spoiled("Deployment", "container.image", image);
    const [deployment] = manifests.filter(({ kind }) => kind === "Deployment");
    if (deployment?.kind === "Deployment") {
      const [container] = deployment.spec?.template.spec?.containers ?? [];
      if (container) container.imagePullPolicy = "Always";
    }
    return told(manifests);
  };
  expect(pulled("localhost:5000/app:v1")).toEqual([]);
  expect(pulled("registry.test/team/app@sha256:0123")).toEqual([]);
  expect(pulled("team/app:v1")).toEqual([`pull-policy: Deployment lab/app ${CONTAINER}.imagePullPolicy`]);
  expect(pulled("localhost:5000/app")).toEqual([`pinned-image: Deployment lab/app ${CONTAINER}.image`]);
});

test("every rule is broken by some case, and has a name and a description of its own", () => {
  const elsewhere = ["served", "disruption-budget"];
  const names = rules.map(({ name }) => name);
  expect([...new Set([...cases.map(([rule]) => rule), ...elsewhere])].sort()).toEqual(names.toSorted());
  expect(new Set(rules.map(({ description }) => description)).size).toBe(rules.length);
});

test("NodePorts are those that config allows", () => {
  expect(stackSettings("pod").properties.nodePort).toMatchObject({
    minimum: NODE_PORTS.first,
    maximum: NODE_PORTS.last,
  });
});
