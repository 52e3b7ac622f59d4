import { expect, test } from "vitest";
import { parseObjects, readObjects } from "../../../cli/objects/read-objects.ts";
import { UserError } from "../../../common/user-error.ts";

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

const withReplicas = (replicas: string) => `# mine\n${WEB.replace("replicas: 3", `replicas: ${replicas}`)}`;
/** Ten to the power of `levels` values, by aliases alone. */
const laughing = (levels: number) =>
  Array.from({ length: levels }, (_, level) =>
    level === 0
      ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
      : `a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]`,
  ).join("\n");

test.each([
  [
    withReplicas("*.example.com"),
    "7: got no YAML: the alias *.example.com has no anchor before it.",
    "Put text that begins with * in quotes.",
  ],
  [withReplicas("*later\n  later: &later 3"), "7: got no YAML: the alias *later has no anchor before it.", "Put text"],
  [
    withReplicas("&own {own: *own}"),
    "7: got no YAML: the alias *own is a part of what it stands for.",
    "Mend the line.",
  ],
  [withReplicas("3\n  <<: text"), "8: got no YAML: << merges what is no map.", "Give it an alias of a map."],
  [withReplicas("&r 3\n  <<: [*r]"), "8: got no YAML: << merges what is no map.", "Give it an alias of a map."],
  [
    withReplicas("{{ .Values.replicas }}"),
    "7: got no YAML: a key is a map or a list.",
    "Render a template before it is read",
  ],
  [WEB + laughing(9), "17: got no YAML: up to this one, aliases stand for more than 1000000 values.", "Mend the line."],
])("refuses %j, which fails only as values are made of it, by line and with what to do", (text, what, next) => {
  const refusal = () => parseObjects(text, "web.yaml");
  expect(refusal).toThrow(UserError);
  expect(refusal).toThrow(`web.yaml:${what} Allowed: objects of Kubernetes as YAML or JSON. ${next}`);
});

test("reads the numbers and booleans of Kubernetes' own pages as the API server gets them", () => {
  const volumes = "volumes: [{name: keys, secret: {secretName: keys, defaultMode: 0400, optional: yes}}]";
  const [web] = parseObjects(WEB.replace("containers:", `${volumes}\n      containers:`), "web.yaml");
  expect(web?.object).toHaveProperty("spec.template.spec.volumes", [
    { name: "keys", secret: { secretName: "keys", defaultMode: 256, optional: true } },
  ]);
});

test.each([
  ["yes", "true"],
  ["0644", "420"],
])("refuses the value %s of a variable as the API server does, and says that quotes make it text", (value, got) => {
  const env = (text: string) => `${WEB}          env: [{name: A, value: ${text}}]\n`;
  expect(() => parseObjects(env(value), "web.yaml")).toThrow(
    `web.yaml:1: Deployment/web: spec.template.spec.containers[0].env[0].value: got ${got}, allowed: text. Put the value in quotes`,
  );
  expect(parseObjects(env(`"${value}"`), "web.yaml")).toHaveLength(1);
});

test("merges maps, and takes an alias as often as a file has it", () => {
  const items = Array.from({ length: 300 }, (_, at) => `- {<<: *common, metadata: {name: c${at}, labels: *labels}}`);
  const common = "common: &common {apiVersion: v1, kind: ConfigMap}\nlabels: &labels {app: web}";
  const found = parseObjects(`kind: List\n${common}\nitems:\n${items.join("\n")}\n`, "web.yaml");
  expect(found).toHaveLength(300);
  expect(found[299]?.object).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c299", labels: { app: "web" } },
  });
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
