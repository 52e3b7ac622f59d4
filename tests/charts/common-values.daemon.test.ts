import type {
  V1Deployment,
  V1Ingress,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { chart, helm, only, render } from "./helm.ts";

// What those who know charts type by heart.

/** The Deployment under `--set` as it is typed. */
async function typed(...settings: string[]): Promise<V1Deployment> {
  const sets = settings.flatMap((setting) => ["--set", setting]);
  const { stdout, stderr, exitCode } = await helm(["template", "x", chart, ...sets, "--values", "-"]);
  expect(exitCode, stderr).toBe(0);
  const { parseAllDocuments } = await import("yaml");
  const objects = parseAllDocuments(stdout, { version: "1.1" }).map((document) => document.toJS());
  return objects.find(({ kind }) => kind === "Deployment");
}

const deploymentOf = async (values: object) => only<V1Deployment>(await render(values), "Deployment");
const podOf = (deployment: V1Deployment) => deployment.spec?.template.spec;
const containerOf = (deployment: V1Deployment) => podOf(deployment)?.containers[0];

describe("resources", () => {
  test.each([
    [["resources.limits.cpu=1", "resources.requests.cpu=0.5"], { cpu: "1", memory: "256Mi" }, { cpu: "0.5" }],
    [["resources.limits.cpu=null"], { memory: "256Mi" }, { cpu: "50m" }],
    [["resources.limits.memory=268435456"], { cpu: "500m", memory: "268435456" }, {}],
    [["resources.limits=null"], undefined, { cpu: "50m", memory: "64Mi" }],
  ])("%j", async (settings, limits, requests) => {
    const { resources } = containerOf(await typed(...settings)) ?? {};
    expect(resources?.limits).toEqual(limits);
    expect(resources?.requests).toMatchObject(requests);
  });

  test("may be none at all", async () => {
    expect(containerOf(await typed("resources=null"))?.resources).toEqual({});
  });
});

test("null leaves any value to its default", async () => {
  const plain = await typed();
  const nothing = [
    "service.nodePort",
    "image.tag",
    "topologySpreadConstraints",
    "lifecycle",
    "nodeSelector",
    "extraEnv",
  ];
  expect(await typed(...nothing.map((name) => `${name}=null`))).toEqual(plain);
  const deployment = await typed("replicas=null", "strategy=null", "progressDeadlineSeconds=null");
  expect(Object.keys(deployment.spec ?? {})).toEqual(["revisionHistoryLimit", "selector", "template"]);
  // The service's own defaults are those of the chart.
  expect(podOf(await typed("config=null"))?.terminationGracePeriodSeconds).toBe(20);
  expect(podOf(await typed("config.DRAIN_MS=null"))?.terminationGracePeriodSeconds).toBe(20);
});

test("every value may be null but the two groups that the chart cannot do without", async () => {
  const { stdout } = await helm(["show", "values", chart]);
  const { parse } = await import("yaml");
  for (const name of Object.keys(parse(stdout)).filter((key) => !["image", "service"].includes(key))) {
    expect(await typed(`${name}=null`), name).toMatchObject({ kind: "Deployment" });
  }
});

test("numbers of pods are the autoscaler's once there is one", async () => {
  expect((await deploymentOf({ replicaCount: 4 })).spec?.replicas).toBe(4);
  expect((await deploymentOf({ replicas: 0 })).spec?.replicas).toBe(0);
  const objects = await render({ autoscaling: { enabled: true } });
  expect(only<V1Deployment>(objects, "Deployment").spec).not.toHaveProperty("replicas");
  expect(only<V2HorizontalPodAutoscaler>(objects, "HorizontalPodAutoscaler").spec).toMatchObject({
    scaleTargetRef: { kind: "Deployment", name: "prediction-service" },
    minReplicas: 2,
    maxReplicas: 6,
  });
});

test("Recreate has no bounds of a rolling update, which the API refuses beside it", async () => {
  expect((await deploymentOf({ strategy: { type: "Recreate" } })).spec?.strategy).toEqual({ type: "Recreate" });
});

test("pods are where values put them, and have what values give them", async () => {
  const values = {
    nodeSelector: { disk: "ssd", spot: false },
    tolerations: [{ key: "spot", operator: "Exists" }],
    topologySpreadConstraints: [],
    podLabels: { team: "ml" },
    podAnnotations: { "prometheus.io/port": 8050 },
    extraEnv: [{ name: "UV_THREADPOOL_SIZE", value: 2 }],
    extraVolumes: [{ name: "scratch", emptyDir: {} }],
    extraVolumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
  };
  const deployment = await deploymentOf(values);
  expect(podOf(deployment)).toMatchObject({
    nodeSelector: { disk: "ssd", spot: "false" },
    tolerations: values.tolerations,
    volumes: values.extraVolumes,
  });
  expect(podOf(deployment)).not.toHaveProperty("topologySpreadConstraints");
  expect(containerOf(deployment)?.env).toContainEqual({ name: "UV_THREADPOOL_SIZE", value: "2" });
  expect(containerOf(deployment)?.volumeMounts).toEqual(values.extraVolumeMounts);
  const { labels, annotations } = deployment.spec?.template.metadata ?? {};
  expect(labels).toMatchObject({ team: "ml", "app.kubernetes.io/name": "online-inference" });
  expect(annotations).toMatchObject({ "prometheus.io/port": "8050" });
  expect(deployment.spec?.selector.matchLabels).not.toHaveProperty("team");
});

test("pods always name their account: the API server keeps a copy of its name", async () => {
  expect(podOf(await deploymentOf({}))?.serviceAccountName).toBe("default");
  expect(podOf(await deploymentOf({ serviceAccount: { name: "mine" } }))?.serviceAccountName).toBe("mine");
  const objects = await render({ serviceAccount: { create: true } });
  const account = only<V1ServiceAccount>(objects, "ServiceAccount");
  expect([account.metadata.name, account.automountServiceAccountToken]).toEqual(["prediction-service", false]);
  expect(podOf(only<V1Deployment>(objects, "Deployment"))?.serviceAccountName).toBe("prediction-service");
});

test("ingress and route lead to the Service by the port that it has", async () => {
  const values = { service: { port: 80 }, ingress: { enabled: true }, httpRoute: { enabled: true } };
  const objects = await render(values);
  const [port] = only<V1Service>(objects, "Service").spec?.ports ?? [];
  expect(port).toMatchObject({ name: "http", port: 80, targetPort: "http" });
  const ingress = only<V1Ingress>(objects, "Ingress");
  expect(ingress.spec?.rules?.[0]).toMatchObject({
    host: "online-inference.local",
    http: { paths: [{ path: "/", backend: { service: { name: "prediction-service", port: { name: "http" } } } }] },
  });
  const route = only<{ readonly spec: object }>(objects, "HTTPRoute");
  expect(route.spec).toMatchObject({
    parentRefs: [{ name: "gateway" }],
    rules: [{ backendRefs: [{ name: "prediction-service", port: 80 }], matches: [{ path: { value: "/" } }] }],
  });
});

test("a registry for all charts of a release goes before the image, its secrets beside the chart's", async () => {
  const global = { imageRegistry: "registry.test/", imagePullSecrets: ["shared", { name: "own" }] };
  const deployment = await deploymentOf({ global, imagePullSecrets: [{ name: "mine" }] });
  expect(containerOf(deployment)?.image).toBe("registry.test/online-inference:v1");
  expect(podOf(deployment)?.imagePullSecrets).toEqual([{ name: "mine" }, { name: "shared" }, { name: "own" }]);
});

test.each([
  ["podDisruptionBudget", "PodDisruptionBudget"],
  ["networkPolicy", "NetworkPolicy"],
])("%s may be left out", async (name, kind) => {
  const kinds = (await render({ [name]: { enabled: false } })).map((object) => object.kind);
  expect(kinds).not.toContain(kind);
  expect(kinds).toHaveLength(5);
});

describe("a model of one's own", () => {
  test.each([
    [{ configMap: "wine-1" }, { configMap: { name: "wine-1" } }],
    [{ image: "models/wine:1" }, { image: { reference: "models/wine:1" } }],
    [
      { volume: { persistentVolumeClaim: { claimName: "models" } } },
      { persistentVolumeClaim: { claimName: "models" } },
    ],
  ])("%j comes by a volume, and is served under the release's name by the chart's image", async (model, volume) => {
    const deployment = await deploymentOf({ model, release: "v7", extraVolumes: [{ name: "scratch", emptyDir: {} }] });
    expect(podOf(deployment)?.volumes).toEqual([
      { name: "model", ...volume },
      { name: "scratch", emptyDir: {} },
    ]);
    const container = containerOf(deployment);
    expect(container?.image).toBe("online-inference:v1");
    expect(container?.volumeMounts).toEqual([{ name: "model", mountPath: "/model", readOnly: true }]);
    expect(container?.env?.slice(1)).toEqual([
      { name: "MODEL_DIR", value: "/model" },
      { name: "RELEASE", value: "v7" },
    ]);
    expect(deployment.metadata?.labels?.["app.kubernetes.io/version"]).toBe("v7");
  });

  test("leaves everything as it was where there is none", async () => {
    expect(await deploymentOf({ model: { configMap: null, image: "", volume: {} } })).toEqual(await deploymentOf({}));
  });

  test("is refused as an image where the cluster has no image volumes", async () => {
    const args = ["template", "x", chart, "--kube-version", "1.30.0", "--set", "model.image=models/wine:1"];
    expect((await helm(args)).stderr).toContain(
      "model.image: got models/wine:1 on Kubernetes v1.30.0, allowed: from 1.31",
    );
  });
});
