import type { V1ConfigMap, V1Container, V1Job, V1PodSpec } from "@kubernetes/client-node";
import { NODE_ADDRESS } from "./address.ts";
import { REQUEST_TIMEOUT_MS } from "./client.ts";
import { LOAD_NAME } from "./name.ts";
import { MAX_DURATION_MS } from "./open-loop.ts";
import type { LoadOrder } from "./program.ts";

/** Time from SIGTERM to SIGKILL: enough for the last requests to end and for the last lines to be read. */
export const LOAD_GRACE_SECONDS = REQUEST_TIMEOUT_MS / 1000 + 10;
/** Kubernetes ends a Job that nobody removed after this time, which is longer than load lasts by itself. */
const DEADLINE_SECONDS = MAX_DURATION_MS / 1000 + 300;
const FOLDER = "/load";
const PROGRAM = "load.cjs";

export type LoadParts = {
  readonly namespace: string;
  /** The stack's name, for a label. The load pod shares none of the labels by which the stack selects pods. */
  readonly instance: string;
  /** A live pod of the stack. The load's pod copies its image, pull secrets and security context, which work here. */
  readonly like: V1PodSpec;
  readonly program: string;
  readonly order: LoadOrder;
};

/** Makes the Job that sends load, and the ConfigMap with its program and the order of what to send. */
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
        // in-cluster.ts starts lost load again and records a gap: Kubernetes must not restart it unseen.
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
    // The requests are small, so that the pod fits beside the experiment; the limits leave room for high rates.
    resources: { requests: { cpu: "100m", memory: "96Mi" }, limits: { cpu: "1", memory: "192Mi" } },
    volumeMounts: [{ name: "program", mountPath: FOLDER, readOnly: true }],
    ...(service?.securityContext && { securityContext: service.securityContext }),
  };
}
