import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { CLUSTER, printRbac, READING, SENDING, SYSTEM } from "../../../cli/watch/rbac.ts";

const text = printRbac({ namespace: "shop", watched: { kind: "Deployment", name: "web" } });

test("the rights are a Role and, apart from it, a ClusterRole and a Role in kube-system, as kubectl takes them", () => {
  const [role, cluster, system, ...more] = parseAllDocuments(text).map((one) => one.toJS());
  expect(more).toEqual([]);
  expect(role).toMatchObject({ kind: "Role", metadata: { name: "bin-lab-watch", namespace: "shop" } });
  const withoutWords = [...READING, ...SENDING].map(({ without: _, ...rule }) => rule);
  expect(role.rules).toEqual(withoutWords);
  expect(cluster).toMatchObject({ kind: "ClusterRole", rules: [{ resources: ["nodes"], verbs: ["list"] }] });
  expect(system).toMatchObject({
    kind: "Role",
    metadata: { namespace: "kube-system" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }],
  });
});

test("a namespace whose name kubectl would take for a boolean stays text", () => {
  expect(printRbac({ namespace: "on", watched: { kind: "Deployment", name: "web" } })).toContain('namespace: "on"\n');
});

test("the Role in kube-system takes no other's place where that is the watched namespace", () => {
  const inSystem = printRbac({ namespace: "kube-system", watched: { kind: "Deployment", name: "coredns" } });
  const roles = parseAllDocuments(inSystem)
    .map((one) => one.toJS())
    .filter(({ kind }) => kind === "Role");
  expect(new Set(roles.map(({ metadata }) => metadata.name)).size).toBe(2);
});

test("no right reaches the kubelet, which would let its owner into every pod of a node, and the text says so", () => {
  const resources = [...READING, ...SENDING, ...CLUSTER, ...SYSTEM].flatMap((right) => right.resources);
  expect(resources.filter((resource) => resource.startsWith("nodes/"))).toEqual([]);
  expect(text).toContain("# left out on purpose: get of nodes/proxy");
});

test("nothing in them lets a watch change what it watches", () => {
  const changing = [...READING, ...SENDING, ...CLUSTER, ...SYSTEM].filter(({ verbs }) =>
    verbs.some((verb) => ["create", "update", "patch", "delete", "deletecollection", "*"].includes(verb)),
  );
  expect(changing.flatMap(({ resources }) => resources)).toEqual(["jobs", "configmaps", "secrets", "pods"]);
});

test("each says what its absence costs", () => {
  for (const { without } of [...READING, ...SENDING, ...CLUSTER, ...SYSTEM])
    expect(text).toContain(`# without it: ${without}`);
});
