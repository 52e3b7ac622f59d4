import type { V1ConfigMap, V1Container, V1Job, V1PodSpec } from "@kubernetes/client-node";
import { NODE_ADDRESS } from "./address.ts";
import { REQUEST_TIMEOUT_MS } from "./client.ts";
import { LOAD_NAME } from "./name.ts";
import { MAX_DURATION_MS } from "./open-loop.ts";
import type { LoadOrder } from "./program.ts";

/** From SIGTERM on the last requests may take their time, and so may the last lines. */
export const LOAD_GRACE_SECONDS = REQUEST_TIMEOUT_MS / 1000 + 10;
/** Kubernetes ends a Job that everybody has forgotten: longer than load lasts by itself. */
const DEADLINE_SECONDS = MAX_DURATION_MS / 1000 + 300;
const FOLDER = "/load";
const PROGRAM = "load.cjs";

/** What the load's objects are made of. */
export type LoadParts = {
  readonly namespace: string;
  /** Labels that the stack's own objects select pods by: the load's pod has none of the names in common. */
  readonly instance: string;
  /** A live pod of the stack: its image is pulled as it was, and its user is one that the namespace accepts. */
  readonly like: V1PodSpec;
  readonly program: string;
  readonly order: LoadOrder;
};

/** The Job that sends load, and the ConfigMap with its program and what that sends. */
export function loadManifests({ namespace, instance, like, program, order }: LoadParts): {
  readonly configMap: V1ConfigMap;
  readonly job: V1Job;
} {
  const labels = {
    "app.kubernetes.io/name": LOAD_NAME,
    "app.kubernetes.io/instance": instance,
    "app.kubernetes.io/component": "load",
    "app.kubernetes.io/managed-by": "bin-lab",
  };
  const metadata = { name: LOAD_NAME, namespace, labels };
  return {
    configMap: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { [PROGRAM]: program, "order.json": JSON.stringify(order) },
    },
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: {
        // Load that broke off is started anew by who follows it, with a gap in the recording.
        backoffLimit: 0,
        activeDeadlineSeconds: DEADLINE_SECONDS,
        template: { metadata: { labels }, spec: podSpec(like) },
      },
    },
  };
}

function podSpec(like: V1PodSpec): V1PodSpec {
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: LOAD_GRACE_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(like.securityContext && { securityContext: like.securityContext }),
    ...(like.imagePullSecrets && { imagePullSecrets: like.imagePullSecrets }),
    containers: [container(like)],
    volumes: [{ name: "program", configMap: { name: LOAD_NAME } }],
  };
}

function container({ containers }: V1PodSpec): V1Container {
  const [service] = containers;
  return {
    name: LOAD_NAME,
    image: service?.image ?? "",
    ...(service?.imagePullPolicy && { imagePullPolicy: service.imagePullPolicy }),
    env: [{ name: NODE_ADDRESS, valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    command: ["node", "--max-old-space-size=96", `${FOLDER}/${PROGRAM}`],
    // A small request, so that it fits beside the experiment; what it needs beyond it depends on the rate.
    resources: { requests: { cpu: "100m", memory: "96Mi" }, limits: { cpu: "1", memory: "192Mi" } },
    volumeMounts: [{ name: "program", mountPath: FOLDER, readOnly: true }],
    ...(service?.securityContext && { securityContext: service.securityContext }),
  };
}
