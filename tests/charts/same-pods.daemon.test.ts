import type { V1ConfigMap, V1Container, V1Deployment, V1EnvVar } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { disruptionBudget, networkPolicy, service } from "../../stacks/objects/around-pods.ts";
import type { Context, ObjectDeclaration, Pull } from "../../stacks/objects/declaration.ts";
import { deployment, rollingUpdate } from "../../stacks/objects/deployment.ts";
import type { ReplicaSettings } from "../../stacks/settings/replicas.ts";
import { only, type Rendered, render } from "./helm.ts";
import { everyValue } from "./values.ts";

// The chart is written in Helm's language, the stacks' objects in TypeScript. These tests keep both the same.
const stack = "helm";
const settings = {
  cpuRequestMillicores: 60,
  memoryRequestMebibytes: 70,
  cpuLimitMillicores: 400,
  memoryLimitMebibytes: 200,
  preStopSeconds: 4,
  drainSeconds: 6,
  host: "::" as const,
  replicas: 3,
  minReadySeconds: 5,
  progressDeadlineSeconds: 70,
};
const values = {
  release: "v2",
  image: { tag: "v2-abc" },
  fullnameOverride: "online-inference",
  replicas: 3,
  minReadySeconds: 5,
  progressDeadlineSeconds: 70,
  strategy: { maxSurge: 2, maxUnavailable: "50%" },
  service: { type: "NodePort", nodePort: 30_058 },
  resources: { requests: { cpu: "60m", memory: "70Mi" }, limits: { cpu: "400m", memory: "200Mi" } },
  preStopSeconds: 4,
  config: { DRAIN_MS: 6_000, HOST: "::" },
};

const contextOf = (pull: Pull): Context<ReplicaSettings> => ({
  stack,
  experiment: "helm",
  release: "v2",
  namespace: "default",
  nodePort: 30_058,
  image: (release) => `online-inference:${release}-abc`,
  pull,
  settings,
});

/** The Deployment that a stack makes of the same settings. */
function ofStack(pull: Pull): V1Deployment {
  const strategy = rollingUpdate({ maxSurge: "2", maxUnavailable: "50%" });
  return deployment(contextOf(pull), { strategy }).manifest as V1Deployment;
}

const containerOf = (workload: V1Deployment): V1Container => workload.spec?.template.spec?.containers[0] as V1Container;

/** Variables by name. Those of a ConfigMap come first, because a container's own replace them. */
function environment(container: V1Container, data: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const own = (container.env ?? []).map(({ name, value, valueFrom }: V1EnvVar) => [name, value ?? valueFrom]);
  return { ...(container.envFrom && data), ...Object.fromEntries(own) };
}

/**
 * A Deployment without the fields that may differ: the manager's label, the source of its environment, annotations, and the name
 * of the account, which is the one that pods have anyway.
 */
function comparable(workload: V1Deployment) {
  const { env: _env, envFrom: _envFrom, ...container } = containerOf(workload);
  const { template, ...spec } = workload.spec ?? { template: {} };
  const { "app.kubernetes.io/managed-by": _manager, ...labels } = template.metadata?.labels ?? {};
  const { serviceAccountName = "default", ...pod } = template.spec ?? { containers: [] };
  return { ...spec, labels, serviceAccountName, pod: { ...pod, containers: [container] } };
}

describe("the chart's Deployment", () => {
  test("is the one that a stack makes", async () => {
    const chart = only<V1Deployment>(await render(values, stack), "Deployment");
    expect(comparable(chart)).toEqual(comparable(ofStack({ policy: "Never" })));
    expect(containerOf(chart).image).toBe("online-inference:v2-abc");
  });

  test("is so with an image from a registry too", async () => {
    const image = { ...values.image, digest: everyValue.image.digest, pullPolicy: "Always" };
    const imagePullSecrets = [{ name: "registry" }];
    const chart = only<V1Deployment>(await render({ ...values, image, imagePullSecrets }, stack), "Deployment");
    const expected = ofStack({ policy: "Always", secret: "registry" });
    const { image: tagged } = containerOf(expected);
    // The stack adds the digest if the image was pushed.
    containerOf(expected).image = `online-inference@${everyValue.image.digest}`;
    expect(comparable(chart)).toEqual(comparable(expected));
    expect(chart.spec?.template.metadata?.annotations).toMatchObject({ "online-inference/image": tagged });
    expect(expected.spec?.template.metadata?.annotations).toEqual({ "online-inference/image": tagged });
  });

  test("gives its containers all variables that a stack gives", async () => {
    const objects = await render(values, stack);
    const { data } = only<V1ConfigMap>(objects, "ConfigMap");
    const chart = environment(containerOf(only<V1Deployment>(objects, "Deployment")), data);
    expect(chart).toMatchObject(environment(containerOf(ofStack({ policy: "Never" }))));
  });
});

test.each([
  ["Service", service],
  ["NetworkPolicy", networkPolicy],
  ["PodDisruptionBudget", disruptionBudget],
] as [string, (context: Context<unknown>) => ObjectDeclaration][])(
  "the chart's %s is the one that a stack makes",
  async (kind, declare) => {
    const { manifest } = declare(contextOf({ policy: "Never" }));
    const chart = only<{ spec: unknown }>(await render(values, stack), kind);
    expect(chart.metadata.name).toBe(manifest.metadata.name);
    expect(chart.spec).toEqual((manifest as unknown as Rendered & { spec: unknown }).spec);
  },
);
