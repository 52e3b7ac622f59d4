import type { core } from "@pulumi/kubernetes/types/input.js";
import Type, { type Static } from "typebox";
import type { SettingConflict } from "./experiment.ts";

/** Port that the service listens on. */
export const SERVICE_PORT = 8050;
/** Name of the pods' owner, of the Service and of the container, in every stack. */
export const APP = "online-inference";

/** Between SIGTERM and closing the server goes on answering for so long, because endpoints are removed late. */
const DRAIN_SECONDS = 3;
/** The server gives up a request that takes longer to arrive or to finish. */
const LONGEST_REQUEST_SECONDS = 10;
/** A process that exits by itself must never meet SIGKILL. */
const MARGIN_SECONDS = 2;
const NON_ROOT_ID = 65_532;

/** Settings of a pod of the service, shared by all experiments. */
export const podSettings = Type.Object({
  cpuRequestMillicores: Type.Integer({
    minimum: 10,
    maximum: 2000,
    default: 50,
    description: "CPU that the scheduler reserves for a pod",
  }),
  memoryRequestMebibytes: Type.Integer({
    minimum: 16,
    maximum: 4096,
    default: 64,
    description: "Memory that the scheduler reserves for a pod",
  }),
  cpuLimitMillicores: Type.Integer({
    minimum: 10,
    maximum: 2000,
    default: 500,
    description: "CPU above which a pod is throttled",
  }),
  memoryLimitMebibytes: Type.Integer({
    minimum: 16,
    maximum: 4096,
    default: 256,
    description: "Memory above which a pod is killed",
  }),
  preStopSeconds: Type.Integer({
    minimum: 0,
    maximum: 60,
    default: 5,
    description: "Wait before SIGTERM, so that no new connection reaches a pod that stops",
  }),
});

/** Values of `podSettings`. */
export type PodSettings = Static<typeof podSettings>;

/** The API server refuses a request above its limit; says so before anything is built. */
export function podSettingsConflict(settings: PodSettings): SettingConflict | undefined {
  const { cpuRequestMillicores, cpuLimitMillicores, memoryRequestMebibytes, memoryLimitMebibytes } = settings;
  if (cpuRequestMillicores > cpuLimitMillicores) {
    const allowed = `at most cpuLimitMillicores, which is ${cpuLimitMillicores}`;
    return { key: "cpuRequestMillicores", got: cpuRequestMillicores, allowed };
  }
  if (memoryRequestMebibytes > memoryLimitMebibytes) {
    const allowed = `at most memoryLimitMebibytes, which is ${memoryLimitMebibytes}`;
    return { key: "memoryRequestMebibytes", got: memoryRequestMebibytes, allowed };
  }
  return undefined;
}

type Owner = { readonly stack: string; readonly experiment: string };

/** What tells this stack's pods from all others; it survives a change of release. */
export const selector = (stack: string): Record<string, string> => ({
  "app.kubernetes.io/name": APP,
  "app.kubernetes.io/instance": stack,
});

/** Labels of objects that outlive releases. */
const labels = ({ stack, experiment }: Owner): Record<string, string> => ({
  ...selector(stack),
  "app.kubernetes.io/component": experiment,
  "app.kubernetes.io/managed-by": "pulumi",
});

/** Labels of pods, which belong to a release. */
export const podLabels = ({ release, ...owner }: Owner & { readonly release: string }): Record<string, string> => ({
  ...labels(owner),
  "app.kubernetes.io/version": release,
});

/** The stack's namespace, in which the API server refuses pods that are not under the restricted standard. */
export function namespaceManifest({ namespace, ...owner }: Owner & { readonly namespace: string }) {
  const standard = ["enforce", "warn", "audit"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, "latest"],
  ]);
  return {
    metadata: { name: namespace, labels: { ...labels(owner), ...Object.fromEntries(standard) } },
  } satisfies core.v1.Namespace;
}

/** Spec of a pod of the service. The image is never pulled: it is in the daemon that the node's kubelet uses. */
export function podSpec({ image, settings }: { readonly image: string; readonly settings: PodSettings }) {
  return {
    // Room for the wait, the draining and the longest request before the kubelet kills.
    terminationGracePeriodSeconds: settings.preStopSeconds + DRAIN_SECONDS + LONGEST_REQUEST_SECONDS + MARGIN_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      // A number, because the kubelet cannot tell whether a user's name means root.
      runAsUser: NON_ROOT_ID,
      runAsGroup: NON_ROOT_ID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container(image, settings)],
  } satisfies core.v1.PodSpec;
}

function container(image: string, settings: PodSettings) {
  const probe = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 1 });
  return {
    name: APP,
    image,
    imagePullPolicy: "Never",
    ports: [{ name: "http", containerPort: SERVICE_PORT, protocol: "TCP" }],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
      { name: "DRAIN_MS", value: String(DRAIN_SECONDS * 1000) },
    ],
    resources: {
      requests: { cpu: `${settings.cpuRequestMillicores}m`, memory: `${settings.memoryRequestMebibytes}Mi` },
      limits: { cpu: `${settings.cpuLimitMillicores}m`, memory: `${settings.memoryLimitMebibytes}Mi` },
    },
    // Until the server listens neither of the others runs: a slow start is not a hang.
    startupProbe: { ...probe("/liveness"), periodSeconds: 1, failureThreshold: 30 },
    readinessProbe: { ...probe("/readiness"), periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...probe("/liveness"), periodSeconds: 5, failureThreshold: 3 },
    // The kubelet's own sleep: the image has no shell. Zero seconds are refused by older API servers.
    ...(settings.preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: settings.preStopSeconds } } } }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  } satisfies core.v1.Container;
}

/** The Service that gives the stack's ready pods one port on the node. */
export function serviceManifest({ namespace, nodePort, ...owner }: Owner & { namespace: string; nodePort: number }) {
  return {
    metadata: {
      name: APP,
      namespace,
      labels: labels(owner),
      // Pods are waited for by themselves; by default Pulumi waits 10 s more to see whether endpoints settle.
      annotations: { "pulumi.com/waitFor": "jsonpath={.spec.clusterIP}" },
    },
    spec: {
      type: "NodePort",
      selector: selector(owner.stack),
      ports: [{ name: "http", port: SERVICE_PORT, targetPort: "http", nodePort, protocol: "TCP" }],
    },
  } satisfies core.v1.Service;
}
