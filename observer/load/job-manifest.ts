import type {
  V1ConfigMap,
  V1Container,
  V1Job,
  V1PodSecurityContext,
  V1PodSpec,
  V1Secret,
  V1SecurityContext,
} from "@kubernetes/client-node";
import { MAX_TIMEOUT_MS } from "../request/sent-request.ts";
import { NODE_ADDRESS } from "./address.ts";
import { LOAD_NAME } from "./name.ts";
import { MAX_DURATION_MS } from "./open-loop.ts";
import type { LoadOrder } from "./program.ts";

/** Time from SIGTERM to SIGKILL: enough for the last requests to end and for the last lines to be read. */
export const LOAD_GRACE_SECONDS = MAX_TIMEOUT_MS / 1000 + 10;
/** Kubernetes ends a Job that nobody removed this much later than load ends by itself. */
const BEYOND_LOAD_SECONDS = 300;
/** Then Kubernetes removes it, with the Secret that it owns. Whoever still reads what the pod wrote last does so by then. */
const KEPT_SECONDS = 300;
const FOLDER = "/load";
const PROGRAM = "load.cjs";
const ORDER = "order.json";

export type LoadParts = {
  readonly namespace: string;
  /** The stack's name, for a label. The load pod shares none of the labels by which the stack selects pods. */
  readonly instance: string;
  /** Name of the Job, the ConfigMap and the Secret; LOAD_NAME unless it is given. */
  readonly name?: string;
  /**
   * A live pod of what is observed. The load's pod copies its pull secrets, and, unless it has an image of its own, its image and
   * security context, which work here. Absent where there is an image of its own and no pod.
   */
  readonly like?: V1PodSpec;
  /** An image with Node.js 24 or newer, for pods whose own image has none. */
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly program: string;
  readonly order: LoadOrder;
};

export type LoadObjects = { readonly configMap: V1ConfigMap; readonly secret: V1Secret; readonly job: V1Job };

/**
 * Makes the Job that sends load, the ConfigMap with its program, and the Secret with the order of what to send: headers and
 * bodies may hold credentials.
 */
export function loadManifests(parts: LoadParts): LoadObjects {
  const { namespace, instance, name = LOAD_NAME, annotations, program, order } = parts;
  const labels = {
    "app.kubernetes.io/name": LOAD_NAME,
    "app.kubernetes.io/instance": instance,
    "app.kubernetes.io/component": "load",
    "app.kubernetes.io/managed-by": "bin-lab",
  };
  const metadata = { name, namespace, labels };
  return {
    configMap: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { [PROGRAM]: program },
    },
    secret: {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata,
      stringData: { [ORDER]: JSON.stringify(order) },
    },
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { ...metadata, ...(annotations && { annotations }) },
      spec: {
        // in-cluster.ts starts lost load again and records a gap: Kubernetes must not restart it unseen.
        backoffLimit: 0,
        activeDeadlineSeconds: Math.ceil((order.longestMs ?? MAX_DURATION_MS) / 1000) + BEYOND_LOAD_SECONDS,
        ttlSecondsAfterFinished: KEPT_SECONDS,
        template: { metadata: { labels }, spec: podSpec(parts, name) },
      },
    },
  };
}

/** What the Pod Security Standard `restricted` asks for, by a user that no image needs to know. */
const OWN_POD_CONTEXT: V1PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: 65_532,
  runAsGroup: 65_532,
  seccompProfile: { type: "RuntimeDefault" },
};
const OWN_CONTAINER_CONTEXT: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

function podSpec({ like, image }: LoadParts, name: string): V1PodSpec {
  const securityContext = image === undefined ? like?.securityContext : OWN_POD_CONTEXT;
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: LOAD_GRACE_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(securityContext && { securityContext }),
    ...(like?.imagePullSecrets && { imagePullSecrets: like.imagePullSecrets }),
    containers: [image === undefined ? asLive(like) : { ...container(image), securityContext: OWN_CONTAINER_CONTEXT }],
    volumes: [{ name: "program", projected: { sources: [{ configMap: { name } }, { secret: { name } }] } }],
  };
}

/** The container by image, pull policy and security context of a live pod's first one. */
function asLive(like: V1PodSpec | undefined): V1Container {
  const live = like?.containers[0];
  return {
    ...container(live?.image ?? ""),
    ...(live?.imagePullPolicy && { imagePullPolicy: live.imagePullPolicy }),
    ...(live?.securityContext && { securityContext: live.securityContext }),
  };
}

function container(image: string): V1Container {
  return {
    name: LOAD_NAME,
    image,
    env: [{ name: NODE_ADDRESS, valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
    command: ["node", "--max-old-space-size=96", `${FOLDER}/${PROGRAM}`],
    // The requests are small, so that the pod fits beside the experiment; the limits leave room for high rates.
    resources: { requests: { cpu: "100m", memory: "96Mi" }, limits: { cpu: "1", memory: "192Mi" } },
    volumeMounts: [{ name: "program", mountPath: FOLDER, readOnly: true }],
  };
}
