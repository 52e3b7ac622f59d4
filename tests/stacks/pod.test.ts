import { beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../stacks/config.ts";
import { deploy } from "../../stacks/deploy.ts";
import type { ImagePlan } from "../../stacks/image.ts";
import type { StackOutputs } from "../../stacks/outputs.ts";
import { type Registration, registrations } from "./mocked-engine.ts";

const docker = { host: "tcp://127.0.0.1:32771", certPath: "/certs" };
const service = {
  name: "online-inference:v1-0123456789ab",
  context: "service/build/v1",
  args: { CLUSTER_ID: "RZOL", BASE_IMAGE: "node:24" },
  platform: "linux/amd64",
};
const base = { ...service, name: "online-inference-base:0123", context: "/cache/base", args: { CLUSTER_ID: "RZOL" } };

let outputs: StackOutputs;

/** Deploys stack `pod` with the given plan and config. */
function deployed(plan: ImagePlan, values: Record<string, string> = {}) {
  const config = resolveConfig({ project: "lab", stack: "pod", values, env: {} });
  return registrations("pod", () => {
    outputs = deploy(config, docker, plan);
  });
}

let resources: Record<string, Registration>;
beforeAll(async () => {
  resources = await deployed({ service, base: undefined });
});

test("every resource has a name, a parent and a provider of its own", () => {
  const tree = Object.entries(resources).map(([name, { type, parent, provider }]) => [type, name, parent, provider]);
  expect(tree.sort()).toEqual([
    ["docker:index/image:Image", "image", "experiment", "docker"],
    ["kubernetes:core/v1:Namespace", "namespace", "experiment", "kubernetes"],
    ["kubernetes:core/v1:Pod", "pod", "namespace", "kubernetes-pod"],
    ["kubernetes:core/v1:Service", "service", "namespace", "kubernetes"],
    ["online-inference:lab:Experiment", "experiment", "online-inference-pod", ""],
    ["pulumi:providers:docker", "docker", "experiment", ""],
    ["pulumi:providers:kubernetes", "kubernetes", "experiment", ""],
    ["pulumi:providers:kubernetes", "kubernetes-pod", "experiment", ""],
    ["pulumi:pulumi:Stack", "online-inference-pod", "", ""],
  ]);
});

test("the providers speak to minikube alone, whatever context is current", () => {
  expect(resources.docker?.inputs).toEqual(docker);
  expect(resources.kubernetes?.inputs).toEqual({ context: "minikube" });
  expect(resources["kubernetes-pod"]?.inputs).toEqual({ context: "minikube", enableServerSideApply: "false" });
});

describe("the image", () => {
  test("is built in minikube's daemon and pushed nowhere", () => {
    expect(resources.image?.inputs).toEqual({
      imageName: "online-inference:v1-0123456789ab",
      skipPush: true,
      buildOnPreview: false,
      build: {
        context: "service/build/v1",
        dockerfile: "service/build/v1/Dockerfile",
        args: { CLUSTER_ID: "RZOL", BASE_IMAGE: "node:24" },
        platform: "linux/amd64",
      },
    });
  });

  test("comes after a base of one's own", async () => {
    const { image, "base-image": first } = await deployed({ service, base });
    expect(image?.dependsOn).toContain("base-image");
    expect(first).toMatchObject({
      parent: "experiment",
      provider: "docker",
      inputs: {
        imageName: "online-inference-base:0123",
        skipPush: true,
        build: { context: "/cache/base", dockerfile: "/cache/base/Dockerfile", args: { CLUSTER_ID: "RZOL" } },
      },
    });
  });
});

test("the namespace comes after the image and enforces the restricted standard", () => {
  expect(resources.namespace).toMatchObject({ dependsOn: ["image"], options: { customTimeouts: { delete: "2m" } } });
  expect(resources.namespace?.inputs).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "kind": "Namespace",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "pod",
          "app.kubernetes.io/instance": "pod",
          "app.kubernetes.io/managed-by": "pulumi",
          "app.kubernetes.io/name": "online-inference",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/audit-version": "latest",
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "latest",
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/warn-version": "latest",
        },
        "name": "online-inference-pod",
      },
    }
  `);
});

test("the Pod", () => {
  expect(resources.pod?.inputs).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "kind": "Pod",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "pod",
          "app.kubernetes.io/instance": "pod",
          "app.kubernetes.io/managed-by": "pulumi",
          "app.kubernetes.io/name": "online-inference",
          "app.kubernetes.io/version": "v1",
        },
        "name": "online-inference",
        "namespace": "online-inference-pod",
      },
      "spec": {
        "automountServiceAccountToken": false,
        "containers": [
          {
            "env": [
              {
                "name": "POD_NAME",
                "valueFrom": {
                  "fieldRef": {
                    "apiVersion": "v1",
                    "fieldPath": "metadata.name",
                  },
                },
              },
              {
                "name": "DRAIN_MS",
                "value": "3000",
              },
            ],
            "image": "online-inference:v1-0123456789ab",
            "imagePullPolicy": "Never",
            "lifecycle": {
              "preStop": {
                "sleep": {
                  "seconds": 5,
                },
              },
            },
            "livenessProbe": {
              "failureThreshold": 3,
              "httpGet": {
                "path": "/liveness",
                "port": "http",
              },
              "periodSeconds": 5,
              "timeoutSeconds": 1,
            },
            "name": "online-inference",
            "ports": [
              {
                "containerPort": 8050,
                "name": "http",
                "protocol": "TCP",
              },
            ],
            "readinessProbe": {
              "failureThreshold": 2,
              "httpGet": {
                "path": "/readiness",
                "port": "http",
              },
              "periodSeconds": 2,
              "timeoutSeconds": 1,
            },
            "resources": {
              "limits": {
                "cpu": "500m",
                "memory": "256Mi",
              },
              "requests": {
                "cpu": "50m",
                "memory": "64Mi",
              },
            },
            "securityContext": {
              "allowPrivilegeEscalation": false,
              "capabilities": {
                "drop": [
                  "ALL",
                ],
              },
              "readOnlyRootFilesystem": true,
            },
            "startupProbe": {
              "failureThreshold": 30,
              "httpGet": {
                "path": "/liveness",
                "port": "http",
              },
              "periodSeconds": 1,
              "timeoutSeconds": 1,
            },
          },
        ],
        "enableServiceLinks": false,
        "securityContext": {
          "runAsGroup": 65532,
          "runAsNonRoot": true,
          "runAsUser": 65532,
          "seccompProfile": {
            "type": "RuntimeDefault",
          },
        },
        "terminationGracePeriodSeconds": 20,
      },
    }
  `);
});

test("the Pod is replaced by any change of its spec, the old one first, and given up after minutes", () => {
  expect(resources.pod?.options).toEqual({
    replaceOnChanges: ["spec"],
    deleteBeforeReplace: true,
    customTimeouts: { create: "2m", update: "2m", delete: "1m" },
  });
});

test("the Service", () => {
  expect(resources.service?.inputs).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": {
        "annotations": {
          "pulumi.com/waitFor": "jsonpath={.spec.clusterIP}",
        },
        "labels": {
          "app.kubernetes.io/component": "pod",
          "app.kubernetes.io/instance": "pod",
          "app.kubernetes.io/managed-by": "pulumi",
          "app.kubernetes.io/name": "online-inference",
        },
        "name": "online-inference",
        "namespace": "online-inference-pod",
      },
      "spec": {
        "ports": [
          {
            "name": "http",
            "nodePort": 30050,
            "port": 8050,
            "protocol": "TCP",
            "targetPort": "http",
          },
        ],
        "selector": {
          "app.kubernetes.io/instance": "pod",
          "app.kubernetes.io/name": "online-inference",
        },
        "type": "NodePort",
      },
    }
  `);
});

test("another release touches the Pod and nothing else in the cluster", async () => {
  const name = "online-inference:v2-0123456789ab";
  const after = await deployed({ service: { ...service, name }, base: undefined }, { "lab:release": "v2" });
  const changed = Object.keys(after).filter((key) => {
    return JSON.stringify(after[key]?.inputs) !== JSON.stringify(resources[key]?.inputs);
  });
  expect(changed.sort()).toEqual(["image", "pod"]);
});

test("the outputs are plain values that lead to the service", async () => {
  await deployed({ service, base: undefined });
  expect(outputs).toEqual({
    experiment: "pod",
    release: "v1",
    profile: "minikube",
    namespace: "online-inference-pod",
    image: "online-inference:v1-0123456789ab",
    service: "online-inference",
    port: 8050,
    nodePort: 30050,
    path: "/predict",
    selector: { "app.kubernetes.io/name": "online-inference", "app.kubernetes.io/instance": "pod" },
    workloads: [{ kind: "Pod", name: "online-inference" }],
  });
});
