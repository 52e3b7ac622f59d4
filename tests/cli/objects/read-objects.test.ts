import { expect, test } from "vitest";
import { parseObjects, readObjects } from "../../../cli/objects/read-objects.ts";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: app
          image: web:1
`;

const names = (text: string) =>
  parseObjects(text, "web.yaml").map(({ object }) => `${object.kind}/${object.metadata.name}`);

test("reads several documents, empty ones among them", () => {
  expect(names(`---\n# a comment\n---\n${WEB}---\n${WEB.replace("name: web", "name: api")}`)).toEqual([
    "Deployment/web",
    "Deployment/api",
  ]);
});

test("reads a list as kubectl prints it, as YAML and as JSON", () => {
  const item = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const list = { apiVersion: "v1", kind: "List", items: [item, { ...item, metadata: { name: "b" } }] };
  expect(names(JSON.stringify(list))).toEqual(["ConfigMap/a", "ConfigMap/b"]);
  expect(names(JSON.stringify({ ...list, kind: "ConfigMapList" }))).toHaveLength(2);
});

test("resolves anchors, and takes a field that is null for one that is absent", () => {
  const text = `${WEB.replace("replicas: 3", "replicas:")}  minReadySeconds: &n 7\n  progressDeadlineSeconds: *n\n`;
  const [web] = parseObjects(text, "web.yaml");
  expect(web?.object).toMatchObject({ spec: { minReadySeconds: 7, progressDeadlineSeconds: 7 } });
  expect(web?.object).not.toHaveProperty("spec.replicas");
});

test("knows the line of a field, and of the nearest one around a field that is not there", () => {
  const [, web] = parseObjects(`apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n${WEB}`, "web.yaml");
  expect(web?.lineOf("spec.replicas")).toBe(10);
  expect(web?.lineOf("spec.template.spec.containers[0].image")).toBe(15);
  expect(web?.lineOf("spec.template.spec.containers[0].readinessProbe")).toBe(14);
  expect(web?.lineOf("")).toBe(5);
});

test.each([
  ["kind: [", "web.yaml:1: got no YAML"],
  ["", "web.yaml: got no object, allowed: objects of Kubernetes as YAML or JSON"],
  ["a: 1", "web.yaml:1: apiVersion: got nothing, allowed: text"],
  [
    WEB.replace("replicas: 3", "replicas: three"),
    'Deployment/web: spec.replicas: got "three", allowed: a whole number of at least 0',
  ],
  [WEB.replace("replicas: 3", "replicas: -1"), "spec.replicas: got -1, allowed: a whole number of at least 0"],
  [
    WEB.replace("- name: app\n          image: web:1", "[]"),
    "spec.template.spec.containers: got [], allowed: a list that is not empty",
  ],
  [
    `${WEB}  strategy: {rollingUpdate: {maxSurge: a lot}}\n`,
    'maxSurge: got "a lot", allowed: a whole number, or a percentage such as 25%',
  ],
  [`${WEB}          resources: {requests: {cpu: much}}\n`, 'cpu: got "much", allowed: a quantity such as 250m or 64Mi'],
  [`${WEB}---\n${WEB}`, "web.yaml:13: got Deployment/web a second time (first in line 1), allowed: each object once"],
])("refuses %j and says what is allowed", (text, message) => {
  expect(() => parseObjects(text, "web.yaml")).toThrow(message);
});

test("reads standard input by the name -, and says what is wrong with a file", async () => {
  const effects = {
    readFile: () => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" })),
    readInput: async () => WEB,
  };
  expect(await readObjects("-", effects)).toHaveLength(1);
  await expect(readObjects("gone.yaml", effects)).rejects.toThrow(
    "file: got gone.yaml, there is no such file, allowed:",
  );
});
