import { readFileSync } from "node:fs";
import type { V1ConfigMap, V1Deployment, V1Service } from "@kubernetes/client-node";
import { RESERVED_NODE_PORTS } from "../../common/lab-node-ports.ts";
import type { Construction } from "./constructions.ts";

export const NAMESPACE = "causes";
export const NAME = "server";
export const PORT = 8050;
/** A profile of the lab publishes it on 127.0.0.1. */
export const NODE_PORT = RESERVED_NODE_PORTS.causes;

export const SELECTOR = { "app.kubernetes.io/name": NAME };

/** The server's program, which pods run as it is. */
export const program = (): V1ConfigMap => ({
  metadata: { name: NAME },
  data: { "server.ts": readFileSync(new URL("server.ts", import.meta.url), "utf8") },
});

export const service = (): V1Service => ({
  metadata: { name: NAME },
  spec: {
    type: "NodePort",
    selector: SELECTOR,
    ports: [{ name: "http", port: PORT, targetPort: PORT, nodePort: NODE_PORT }],
  },
});

const probe = (name: string, { probes }: Construction) =>
  probes.some((one) => one === name)
    ? {
        [`${name}Probe`]: {
          httpGet: { path: "/", port: PORT },
          periodSeconds: 1,
          timeoutSeconds: 1,
          failureThreshold: name === "liveness" ? 3 : 2,
          // The kubelet would wait for the pod's own grace period, and a server that hangs does not hear SIGTERM.
          ...(name === "liveness" && { terminationGracePeriodSeconds: 1 }),
        },
      }
    : {};

/** The construction's Deployment, before its change (`v1`) or after it (`v2`). */
export function deployment(construction: Construction, image: string, release: "v1" | "v2"): V1Deployment {
  const { replicas, strategy, graceSeconds, preStopSeconds, memoryMebibytes, env, change } = construction;
  const variables = { ...env, ...(release === "v2" ? change : {}), RELEASE: release };
  const labels = { ...SELECTOR, "app.kubernetes.io/version": release };
  return {
    metadata: { name: NAME, labels },
    spec: {
      replicas,
      selector: { matchLabels: SELECTOR },
      strategy:
        strategy === "Recreate"
          ? { type: "Recreate" }
          : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: graceSeconds,
          automountServiceAccountToken: false,
          containers: [
            {
              name: NAME,
              image,
              imagePullPolicy: "Never",
              command: ["node", "/program/server.ts"],
              env: [
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                ...Object.entries(variables).map(([name, value]) => ({ name, value })),
              ],
              resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: `${memoryMebibytes}Mi` } },
              ...probe("readiness", construction),
              ...probe("liveness", construction),
              ...(preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
              volumeMounts: [{ name: "program", mountPath: "/program" }],
            },
          ],
          volumes: [{ name: "program", configMap: { name: NAME } }],
        },
      },
    },
  };
}
