import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { V1ConfigMap, V1Role, V1Secret } from "@kubernetes/client-node";
import * as k8s from "@pulumi/kubernetes";
import { type Output, type Resource, secret } from "@pulumi/pulumi";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectl, profile, run } from "./support/lab.ts";

// No experiment uses the plugin's component resources. But the plugin that is built from source registers their objects by our
// own code (setup/go/pulumi-kubernetes/sdk), so they are tested here.
const namespace = "components-test";
const password = "correct horse battery staple";
let folder: string;
let stack: Stack;
let word = "first";

const object = (apiVersion: string, kind: string, name: string, fields: object) => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
});

/** Writes a manifest as JSON, which is valid YAML. */
async function write(path: string, content: object): Promise<void> {
  await writeFile(join(folder, path), JSON.stringify(content));
}

/** A program with every component resource of the plugin; returns the URNs of its children, by component. */
async function program() {
  const context = profile;
  const renderer = { command: "sed", args: ["s/not rendered/rendered/"] };
  const provider = new k8s.Provider("provider", { context, namespace });
  const owner = new k8s.core.v1.Namespace("namespace", { metadata: { name: namespace } }, { provider });
  const options = { provider, dependsOn: [owner] };
  const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
  const components = {
    group: new k8s.yaml.v2.ConfigGroup(
      "group",
      {
        objs: [
          object("v1", "ConfigMap", "group", { data: { word } }),
          object("v1", "Secret", "group", { stringData: { password } }),
          object("rbac.authorization.k8s.io/v1", "Role", "group", { rules }),
        ],
      },
      options,
    ),
    file: new k8s.yaml.v2.ConfigFile("file", { file: join(folder, "file.yaml") }, options),
    directory: new k8s.kustomize.v2.Directory("directory", { directory: join(folder, "directory") }, options),
    chart: new k8s.helm.v4.Chart(
      "chart",
      {
        chart: join(folder, "chart"),
        values: { word },
        repositoryOpts: { username: secret("nobody") },
        postRenderer: renderer,
      },
      options,
    ),
  };
  return Object.fromEntries(Object.entries(components).map(([name, { resources }]) => [name, urns(resources)]));
}

// The declared type of Directory.resources is string, but it holds a list of resources.
const urns = (resources: Output<unknown>) => resources.apply((list) => (list as Resource[]).map(({ urn }) => urn));

/** The data of a ConfigMap in the namespace. */
async function data(name: string) {
  return (await kubectl<V1ConfigMap>("--namespace", namespace, "get", "configmap", name)).data;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "online-inference-components-"));
  for (const name of ["state", "directory", "chart", "chart/templates"]) await mkdir(join(folder, name));
  await write("file.yaml", object("v1", "ConfigMap", "file", { data: { word: "file" } }));
  await write("directory/kustomization.yaml", { namePrefix: "of-", resources: ["one.yaml"] });
  await write("directory/one.yaml", object("v1", "ConfigMap", "directory", { data: { word: "directory" } }));
  await write("chart/Chart.yaml", { apiVersion: "v2", name: "words", version: "1.0.0" });
  const template = object("v1", "ConfigMap", "chart", { data: { word: "{{ .Values.word }}", state: "not rendered" } });
  await write("chart/templates/one.yaml", template);
  const envVars = {
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase of its own",
  };
  const place = { stackName: "components", projectName: "components", program };
  stack = await LocalWorkspace.createStack(place, { workDir: folder, envVars });
});

afterAll(async () => {
  await stack.destroy();
  await rm(folder, { recursive: true });
});

describe("the plugin's component resources", { concurrent: false }, () => {
  test("register their objects, which the program gets back", async () => {
    const { outputs } = await stack.up();
    const children = Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value.map(typeAndName).sort()]),
    );
    expect(children).toEqual({
      group: [
        `kubernetes:core/v1:ConfigMap group:${namespace}/group`,
        `kubernetes:core/v1:Secret group:${namespace}/group`,
        `kubernetes:rbac.authorization.k8s.io/v1:Role group:${namespace}/group`,
      ],
      file: [`kubernetes:core/v1:ConfigMap file:${namespace}/file`],
      directory: [`kubernetes:core/v1:ConfigMap directory:${namespace}/of-directory`],
      chart: [`kubernetes:core/v1:ConfigMap chart:${namespace}/chart`],
    });
  });

  test("make them on the cluster", async () => {
    expect(await data("group")).toEqual({ word });
    expect(await data("file")).toEqual({ word: "file" });
    expect(await data("of-directory")).toEqual({ word: "directory" });
    expect(await data("chart")).toEqual({ word, state: "rendered" });
    const role = await kubectl<V1Role>("--namespace", namespace, "get", "role", "group");
    expect(role.rules).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]);
  });

  test("keep a Secret's content out of the state's plain text", async () => {
    const { data: fields } = await kubectl<V1Secret>("--namespace", namespace, "get", "secret", "group");
    const encoded = Buffer.from(password).toString("base64");
    expect(fields).toEqual({ password: encoded });
    const state = await readFile(join(folder, "state/.pulumi/stacks/components/components.json"), "utf8");
    expect(state).toContain("core/v1:Secret");
    expect(state).not.toContain(password);
    expect(state).not.toContain(encoded);
  });

  test("change what changed, and then nothing", async () => {
    word = "second";
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toMatchObject({ replace: 2 });
    expect(await data("group")).toEqual({ word });
    expect(await data("chart")).toEqual({ word, state: "rendered" });
    await stack.up({ expectNoChanges: true });
  });

  test("go with everything that they made", async () => {
    await stack.destroy();
    expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
    const left = await run("kubectl", ["--context", profile, "get", "namespace", namespace]);
    expect(left.all).toContain("NotFound");
  });
});

/** The type and the name in a URN. */
const typeAndName = (urn: string) => urn.split("::").slice(-2).join(" ").replace(/^.*\$/, "");
