import { expect, test } from "vitest";
import { chart, helm } from "./helm.ts";

const refusalOf = async (values: object) => {
  const { exitCode, stderr } = await helm(["template", "x", chart, "--values", "-"], values);
  expect(exitCode).not.toBe(0);
  return stderr;
};

test.each([
  [{ replicas: 0 }, "at '/replicas': minimum: got 0, want 1"],
  [{ replicas: 51 }, "at '/replicas': maximum: got 51, want 50"],
  [{ replicas: "3" }, "at '/replicas': got string, want integer"],
  [{ minReadySeconds: -1 }, "at '/minReadySeconds': minimum: got -1, want 0"],
  [{ progressDeadlineSeconds: 9 }, "at '/progressDeadlineSeconds': minimum: got 9, want 10"],
  [{ replica: 3 }, "at '': additional properties 'replica' not allowed"],
  [{ release: "latest" }, "at '/release': 'latest' does not match pattern"],
  [{ image: null }, "at '': missing property 'image'"],
  [{ image: { tag: "a b" } }, "at '/image/tag': 'a b' does not match pattern"],
  [{ image: { digest: "sha256:abc" } }, "at '/image/digest': 'sha256:abc' does not match pattern"],
  [
    { image: { pullPolicy: "Sometimes" } },
    "at '/image/pullPolicy': value must be one of 'Never', 'IfNotPresent', 'Always'",
  ],
  [{ imagePullSecrets: ["registry"] }, "at '/imagePullSecrets/0': got string, want object"],
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
  [{ resources: { limits: { cpu: 1 } } }, "at '/resources/limits/cpu': got number, want string"],
  [{ resources: { limits: { memory: "256M" } } }, "at '/resources/limits/memory': '256M' does not match pattern"],
  [{ resources: { limits: null } }, "at '/resources': missing property 'limits'"],
  [{ preStopSeconds: 61 }, "at '/preStopSeconds': maximum: got 61, want 60"],
  [{ config: { LOG_LEVEL: "loud" } }, "at '/config/LOG_LEVEL': value must be one of"],
  [{ config: { MAX_ROWS: "1000" } }, "at '/config/MAX_ROWS': got string, want integer"],
  [{ config: { MAX_ROW: 1 } }, "at '/config': additional properties 'MAX_ROW' not allowed"],
  [{ config: { DRAIN_MS: null } }, "at '/config': missing property 'DRAIN_MS'"],
  [{ chartDigest: "not hex" }, "at '/chartDigest': 'not hex' does not match pattern"],
])("refuses %j by its key", async (values, message) => {
  expect(await refusalOf(values)).toContain(message);
});
