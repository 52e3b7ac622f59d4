import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { V1Deployment, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { chart, helm } from "../charts/helm.ts";
import { kubectl, lab, profile, run } from "./support/lab.ts";

// The chart is installed by hand, beside the stack that installs it by Pulumi. Each test goes on where the last one ended.
const namespace = "helm-cli-test";
const stackNamespace = "online-inference-helm";
const release = "prediction-service";
const configuration = ["--kube-context", profile, "--namespace", namespace];
const onCluster = (...args: string[]) => run("kubectl", ["--context", profile, "--namespace", namespace, ...args]);

beforeAll(async () => {
  // As in the chart's README: this leaves the images in minikube's daemon.
  const up = await lab("up", "helm");
  expect(up.exitCode, up.all).toBe(0);
  await onCluster("create", "namespace", namespace);
  const standard = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  const { exitCode, all } = await onCluster("label", "--overwrite", "namespace", namespace, ...standard);
  expect(exitCode, all).toBe(0);
});

afterAll(async () => {
  await onCluster("delete", "namespace", namespace);
  await lab("down", "helm");
});

/** Pods of the service in a namespace, without those that terminate. */
async function livePods(of = namespace): Promise<V1Pod[]> {
  const name = "app.kubernetes.io/name=online-inference";
  const { items } = await kubectl<{ items: V1Pod[] }>("--namespace", of, "get", "pods", "--selector", name);
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

const uids = async () => (await livePods()).map(({ metadata }) => metadata?.uid).sort();

/** Runs the homework's command to install or upgrade, and waits for the end of the rollout. */
async function install(...args: string[]) {
  const upgrade = ["upgrade", "--install", release, chart, ...configuration, "--wait", "--timeout", "2m"];
  const { exitCode, all, stderr } = await helm([...upgrade, ...args]);
  expect(exitCode, all).toBe(0);
  expect(stderr).not.toMatch(/warning|violate/i);
  const rollout = await onCluster("rollout", "status", `deployment/${release}`, "--timeout", "60s");
  expect(rollout.exitCode, rollout.all).toBe(0);
}

/** The pod template of a Deployment as the API server completed it, without the names that differ. */
async function podSpecOf(of: string, name: string): Promise<V1PodSpec | undefined> {
  const { spec } = await kubectl<V1Deployment>("--namespace", of, "get", "deployment", name);
  const pod = spec?.template.spec;
  for (const container of pod?.containers ?? []) {
    container.image = "the release's";
    for (const { configMapRef } of container.envFrom ?? []) if (configMapRef) configMapRef.name = "the release's";
  }
  for (const { labelSelector } of pod?.topologySpreadConstraints ?? []) delete labelSelector?.matchLabels;
  return pod;
}

const imagesOf = (pods: V1Pod[]) =>
  new Set(pods.flatMap(({ status }) => status?.containerStatuses?.map(({ imageID }) => imageID)));

describe("the chart by hand", { concurrent: false }, () => {
  test("comes up with nothing set, in a namespace under the restricted standard", async () => {
    await install();
    expect(await livePods()).toHaveLength(2);
  });

  test("makes the same pods, of the same image, as the stack", async () => {
    expect(await podSpecOf(namespace, release)).toEqual(await podSpecOf(stackNamespace, "online-inference"));
    const images = imagesOf(await livePods());
    expect(images.size).toBe(1);
    expect(images).toEqual(imagesOf(await livePods(stackNamespace)));
  });

  test("passes its own test, which leaves no pod", async () => {
    const { exitCode, all } = await helm(["test", release, ...configuration]);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/Phase: +Succeeded/);
    const left = await onCluster("get", "pod", `${release}-test`);
    expect(left.all).toContain("NotFound");
  });

  test("changes no pod when nothing changed, nor when only the chart's digest did", async () => {
    const before = await uids();
    await install();
    await install("--set", "chartDigest=feed");
    expect(await uids()).toEqual(before);
  });

  test("replaces every pod when its configuration changes, and the new ones heed it", async () => {
    const before = await uids();
    await install("--set", "config.MAX_ROWS=2");
    const after = await uids();
    expect(after).toHaveLength(2);
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    const path = `/api/v1/namespaces/${namespace}/services/${release}:http/proxy/docs/json`;
    expect((await onCluster("get", "--raw", path)).stdout).toContain('"maxItems":2');
  });

  test("goes back to the revision before", async () => {
    const { exitCode, all } = await helm(["rollback", release, ...configuration, "--wait", "--timeout", "2m"]);
    expect(exitCode, all).toBe(0);
    const path = `/api/v1/namespaces/${namespace}/services/${release}:http/proxy/docs/json`;
    expect((await onCluster("get", "--raw", path)).stdout).toContain('"maxItems":1000');
  });

  test("takes what users type, and leaves every pod alone when the same is typed again", async () => {
    const typed = [
      "--set",
      "resources.limits.cpu=null,resources.requests.cpu=0.05,service.nodePort=null,replicaCount=1",
    ];
    await install(...typed);
    const before = await uids();
    expect(before).toHaveLength(1);
    await install(...typed);
    expect(await uids()).toEqual(before);
  });

  test("serves a model of one's own from a ConfigMap, and tests it", async () => {
    const folder = fileURLToPath(new URL("../../examples/own-model/breast-cancer", import.meta.url));
    const files = ["model.onnx", "card.json"].map((file) => `--from-file=${folder}/${file}`);
    const created = await onCluster("create", "configmap", "breast-cancer-1", ...files);
    expect(created.exitCode, created.all).toBe(0);
    await install("--set", "model.configMap=breast-cancer-1,release=v7,replicaCount=1");
    const { exitCode, all } = await helm(["test", release, ...configuration]);
    expect(exitCode, all).toBe(0);
    const path = `/api/v1/namespaces/${namespace}/services/${release}:http/proxy/v2/models/breast-cancer`;
    expect(JSON.parse((await onCluster("get", "--raw", path)).stdout)).toMatchObject({
      inputs: [{ shape: [-1, 30] }],
      outputs: [{ name: "label" }, { name: "probability" }],
    });
    await onCluster("delete", "configmap", "breast-cancer-1");
  });

  test("goes without leaving anything", async () => {
    const { exitCode, all } = await helm(["uninstall", release, ...configuration, "--wait"]);
    expect(exitCode, all).toBe(0);
    const gone = await onCluster("wait", "--for=delete", "pod", "--all", "--timeout", "60s");
    expect(gone.exitCode, gone.all).toBe(0);
    const kinds = "pod,service,deployment,replicaset,configmap,secret,poddisruptionbudget,networkpolicy";
    const left = await onCluster("get", kinds, "--output", "name");
    expect(left.stdout).toBe("configmap/kube-root-ca.crt");
  });
});

test("another chart has it twice, each with pods and a test of its own", async () => {
  const parent = await mkdtemp(join(tmpdir(), "online-inference-parent-"));
  const dependency = { name: "online-inference", version: ">=0.1.0", repository: `file://${chart}` };
  const aliases = ["heart", "second"];
  const small = { replicas: 1, service: { type: "ClusterIP" } };
  const files = {
    "Chart.yaml": {
      ...{ apiVersion: "v2", name: "platform", version: "1.0.0" },
      dependencies: aliases.map((alias) => ({ ...dependency, alias })),
    },
    "values.yaml": { heart: small, second: { ...small, release: "v1", config: { MAX_ROWS: 7 } } },
  };
  try {
    await mkdir(join(parent, "templates"));
    for (const [name, content] of Object.entries(files)) await writeFile(join(parent, name), stringify(content));
    const steps = [
      ["dependency", "update", parent, "--skip-refresh"],
      ["lint", "--strict", "--with-subcharts", parent],
      ["install", "shop", parent, ...configuration, "--wait", "--timeout", "2m"],
      ["test", "shop", ...configuration],
      ["uninstall", "shop", ...configuration, "--wait"],
    ];
    for (const step of steps) {
      const { exitCode, all, stderr } = await helm(step);
      expect(exitCode, all).toBe(0);
      expect(stderr).not.toMatch(/violate/i);
      if (step[0] !== "install") continue;
      const { stdout } = await onCluster("get", "pods", "--output", "jsonpath={.items[*].spec.containers[0].name}");
      expect(stdout.split(" ").sort()).toEqual(aliases);
    }
  } finally {
    await rm(parent, { recursive: true });
  }
});
