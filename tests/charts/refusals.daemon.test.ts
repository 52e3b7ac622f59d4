import { expect, test } from "vitest";
import { chart, helm } from "./helm.ts";

const refusalOf = async (values: object) => {
  const { exitCode, stderr } = await helm(["template", "x", chart, "--values", "-"], values);
  expect(exitCode).not.toBe(0);
  return stderr;
};

test.each([
  [{ replicas: -1 }, "at '/replicas': minimum: got -1, want 0"],
  [{ replicas: 1_001 }, "at '/replicas': maximum: got 1,001, want 1,000"],
  [{ replicas: "3" }, "at '/replicas': got string, want null or integer"],
  [{ minReadySeconds: -1 }, "at '/minReadySeconds': minimum: got -1, want 0"],
  [{ progressDeadlineSeconds: 9 }, "at '/progressDeadlineSeconds': minimum: got 9, want 10"],
  [{ replica: 3 }, "at '': additional properties 'replica' not allowed"],
  [{ release: "latest" }, "at '/release': 'latest' does not match pattern"],
  // Helm 3 takes the key away and Helm 4 leaves it null.
  [{ image: null }, /at '': missing property 'image'|at '\/image': got null, want object/],
  [{ service: null }, /at '': missing property 'service'|at '\/service': got null, want object/],
  [{ image: { tag: "a b" } }, "at '/image/tag': 'a b' does not match pattern"],
  [{ image: { digest: "sha256:abc" } }, "at '/image/digest': 'sha256:abc' does not match pattern"],
  [
    { image: { pullPolicy: "Sometimes" } },
    "at '/image/pullPolicy': value must be one of 'Never', 'IfNotPresent', 'Always'",
  ],
  [{ imagePullSecrets: [5] }, "at '/imagePullSecrets/0'"],
  [{ fullnameOverride: "My Service" }, "at '/fullnameOverride': 'My Service' does not match pattern"],
  [{ strategy: { maxSurge: 0 } }, "at '/strategy/maxUnavailable': minimum: got 0, want 1"],
  [
    { strategy: { maxSurge: "0%", maxUnavailable: "0%" } },
    "at '/strategy/maxUnavailable': '0%' does not match pattern",
  ],
  [{ strategy: { maxSurge: "101%" } }, "at '/strategy/maxSurge': '101%' does not match pattern"],
  [{ service: { type: "ExternalName" } }, "at '/service/type': value must be one of"],
  [{ service: { nodePort: 80 } }, "at '/service/nodePort': minimum: got 80, want 30,000"],
  [{ service: { type: "ClusterIP", nodePort: 30_060 } }, "at '/service/nodePort': got number, want null"],
  [{ resources: { limits: { cpu: "much" } } }, "at '/resources/limits/cpu': 'much' does not match pattern"],
  [{ resources: { limits: { cpu: -1 } } }, "at '/resources/limits/cpu': minimum: got -1, want 0"],
  [{ resources: { limits: { memory: "256MB" } } }, "at '/resources/limits/memory': '256MB' does not match pattern"],
  [{ resources: { limits: { mem: "1Gi" } } }, "at '/resources/limits': additional properties 'mem' not allowed"],
  [{ resources: { limit: {} } }, "at '/resources': additional properties 'limit' not allowed"],
  [{ nodeSelector: { disk: [1] } }, "at '/nodeSelector/disk': got array, want"],
  [{ tolerations: { key: "spot" } }, "at '/tolerations': got object, want null or array"],
  [{ strategy: { type: "Sudden" } }, "at '/strategy/type': value must be one of 'RollingUpdate', 'Recreate'"],
  [{ autoscaling: { enabled: "yes" } }, "at '/autoscaling/enabled': got string, want null or boolean"],
  [{ serviceMonitor: { interval: 15 } }, "at '/serviceMonitor/interval': got number, want null or string"],
  [{ readinessProbe: { path: "/" } }, "at '/readinessProbe': additional properties 'path' not allowed"],
  [{ extraEnv: { A: "b" } }, "at '/extraEnv': got object, want null or array"],
  [{ model: { configMap: "A" } }, "at '/model/configMap': 'A' does not match pattern"],
  [{ model: { volume: { emptyDir: {}, configMap: {} } } }, "at '/model/volume': maxProperties: got 2, want 1"],
  [{ service: { port: 0 } }, "at '/service/port': minimum: got 0, want 1"],
  [{ preStopSeconds: 61 }, "at '/preStopSeconds': maximum: got 61, want 60"],
  [{ config: { LOG_LEVEL: "loud" } }, "at '/config/LOG_LEVEL': value must be one of"],
  [{ config: { MAX_ROWS: "1000" } }, "at '/config/MAX_ROWS': got string, want null or integer"],
  [{ config: { MAX_ROW: 1 } }, "at '/config': additional properties 'MAX_ROW' not allowed"],
  [{ chartDigest: "not hex" }, "at '/chartDigest': 'not hex' does not match pattern"],
] as [object, string | RegExp][])("refuses %j by its key", async (values, message) => {
  expect(await refusalOf(values)).toMatch(message);
});

test.each([
  [
    { extraEnv: [{ name: "PORT", value: 80 }] },
    "extraEnv: got PORT, allowed: variables that the chart does not set itself. Leave it out",
  ],
  [
    { extraEnv: [{ name: "DRAIN_MS", value: 5 }] },
    "extraEnv: got DRAIN_MS, allowed: variables that config does not have. Say --set config.DRAIN_MS=5",
  ],
  [
    { extraEnv: [{ name: "MODEL_DIR", value: "/m" }] },
    "extraEnv: got MODEL_DIR, allowed: variables that the chart does not set itself. Leave it out",
  ],
  [
    { model: { configMap: "a", volume: { emptyDir: {} } } },
    "model: got model.configMap and model.volume, allowed: one of them. Leave the others out",
  ],
  [
    { podLabels: { "app.kubernetes.io/name": "mine" } },
    "podLabels: got app.kubernetes.io/name, allowed: labels that the chart does not set itself. Leave it out",
  ],
  [
    { autoscaling: { enabled: true }, resources: { requests: { cpu: null }, limits: { cpu: null } } },
    "autoscaling: got a target for cpu without a request for it, allowed: targets in percent of a request. " +
      "Say --set resources.requests.cpu=",
  ],
  [
    { autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } },
    "autoscaling: got no target, allowed: one for CPU, memory or both",
  ],
  [
    { autoscaling: { enabled: true, minReplicas: 7 } },
    "autoscaling.minReplicas: got 7, allowed: at most autoscaling.maxReplicas, which is 6",
  ],
])("refuses %j, which no schema can, with the next step", async (values, message) => {
  expect(await refusalOf(values)).toContain(message);
});
