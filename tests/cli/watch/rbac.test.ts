import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { CLUSTER, printRbac, READING, SENDING } from "../../../cli/watch/rbac.ts";

const text = printRbac({ namespace: "shop", watched: { kind: "Deployment", name: "web" } });

test("the rights are a Role and, apart from it, a ClusterRole, as kubectl takes them", () => {
  const [role, cluster, ...more] = parseAllDocuments(text).map((one) => one.toJS());
  expect(more).toEqual([]);
  expect(role).toMatchObject({ kind: "Role", metadata: { name: "bin-lab-watch", namespace: "shop" } });
  const withoutWords = [...READING, ...SENDING].map(({ without: _, ...rule }) => rule);
  expect(role.rules).toEqual(withoutWords);
  expect(cluster).toMatchObject({ kind: "ClusterRole", rules: [{ resources: ["nodes"], verbs: ["list"] }] });
});

test("nothing in them lets a watch change what it watches", () => {
  const changing = [...READING, ...SENDING, ...CLUSTER].filter(({ verbs }) =>
    verbs.some((verb) => ["create", "update", "patch", "delete", "deletecollection", "*"].includes(verb)),
  );
  expect(changing.flatMap(({ resources }) => resources)).toEqual(["jobs", "configmaps", "secrets", "pods"]);
});

test("each says what its absence costs", () => {
  for (const { without } of [...READING, ...SENDING, ...CLUSTER]) expect(text).toContain(`# without it: ${without}`);
});
