import type { V1Container, V1EnvVar, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { IMAGE_ANNOTATION } from "../../kubernetes/labels.ts";
import { cpuQuantity, memoryQuantity } from "../../kubernetes/quantity.ts";
import type { Release } from "../../service/releases.ts";
import type { PodSettings } from "../settings/pod.ts";
import type { Context, ObjectDeclaration, Pull } from "./declaration.ts";
import { APP, type Labels, podLabels, selector } from "./labels.ts";

/** Port that the service listens on. */
export const SERVICE_PORT = 8050;

/** The server gives up a request that takes longer to arrive or to finish. */
const LONGEST_REQUEST_SECONDS = 10;
/** A process that exits by itself must never meet SIGKILL. */
const MARGIN_SECONDS = 2;
const NON_ROOT_ID = 65_532;

/** How the kubelet asks a pod; the paths are the service's own. */
export type Probes = {
  readonly startup: ProbeTiming;
  readonly readiness: ProbeTiming;
  readonly liveness: ProbeTiming & { readonly terminationGracePeriodSeconds?: number };
};

type ProbeTiming = { readonly periodSeconds: number; readonly failureThreshold: number };

/** Every probe gives up after a second. */
export const PROBE_TIMEOUT_SECONDS = 1;

// Until the server listens neither of the other two runs: a slow start is not a hang.
const PROBES: Probes = {
  startup: { periodSeconds: 1, failureThreshold: 30 },
  readiness: { periodSeconds: 2, failureThreshold: 2 },
  liveness: { periodSeconds: 5, failureThreshold: 3 },
};

/** What one kind of pod has beside what all have. */
export type PodOptions = {
  /** Default: the config's release. */
  readonly release?: Release;
  readonly probes?: Probes;
  readonly env?: readonly V1EnvVar[];
  /** In addition to those of every pod of the stack. */
  readonly labels?: Labels;
};

/** Template of the stack's pods. */
export function podTemplate(context: Context<PodSettings>, options: PodOptions = {}): V1PodTemplateSpec {
  const release = options.release ?? context.release;
  const image = context.image(release);
  return {
    metadata: {
      labels: { ...podLabels({ ...context, release }), ...options.labels },
      ...(context.pull.policy === "Always" && { annotations: { [IMAGE_ANNOTATION]: image } }),
    },
    spec: podSpec(context, image, options),
  };
}

/** Template of pods of which there are several: spread over the nodes, each release by itself. */
export function replicatedTemplate(context: Context<PodSettings>, options: PodOptions = {}): V1PodTemplateSpec {
  const template = podTemplate(context, options);
  const spread = {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    // A lab's only node must take them all.
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { ...selector(context.stack), ...options.labels } },
    matchLabelKeys: ["pod-template-hash"],
  };
  return { ...template, spec: { ...(template.spec as V1PodSpec), topologySpreadConstraints: [spread] } };
}

/** Requests and limits as the API server writes them. */
export const containerResources = (settings: PodSettings) => ({
  requests: {
    cpu: cpuQuantity(settings.cpuRequestMillicores),
    memory: memoryQuantity(settings.memoryRequestMebibytes),
  },
  limits: { cpu: cpuQuantity(settings.cpuLimitMillicores), memory: memoryQuantity(settings.memoryLimitMebibytes) },
});

function podSpec({ pull, settings }: Context<PodSettings>, image: string, options: PodOptions): V1PodSpec {
  return {
    // Room for the wait, the draining and the longest request before the kubelet kills.
    terminationGracePeriodSeconds:
      settings.preStopSeconds + settings.drainSeconds + LONGEST_REQUEST_SECONDS + MARGIN_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      // A number, because the kubelet cannot tell whether a user's name means root.
      runAsUser: NON_ROOT_ID,
      runAsGroup: NON_ROOT_ID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(pull.policy === "Always" && pull.secret && { imagePullSecrets: [{ name: pull.secret }] }),
    containers: [container(image, pull, settings, options)],
  };
}

function container(image: string, pull: Pull, settings: PodSettings, { probes = PROBES, env = [] }: PodOptions) {
  const probe = (path: string, timing: ProbeTiming) => ({
    httpGet: { path, port: "http" },
    timeoutSeconds: PROBE_TIMEOUT_SECONDS,
    ...timing,
  });
  return {
    name: APP,
    image,
    imagePullPolicy: pull.policy,
    ports: [{ name: "http", containerPort: SERVICE_PORT, protocol: "TCP" }],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
      { name: "DRAIN_MS", value: String(settings.drainSeconds * 1000) },
      ...env,
    ],
    resources: containerResources(settings),
    startupProbe: probe("/liveness", probes.startup),
    readinessProbe: probe("/readiness", probes.readiness),
    livenessProbe: probe("/liveness", probes.liveness),
    // The kubelet's own sleep: the image has no shell. Zero seconds are refused by older API servers.
    ...(settings.preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: settings.preStopSeconds } } } }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  } satisfies V1Container;
}

/** A Pod that nothing owns. As its name is fixed the old one goes before the new one comes: an outage. */
export function barePod(context: Context<PodSettings>, options: PodOptions = {}): ObjectDeclaration {
  const { metadata, spec } = podTemplate(context, options);
  return {
    name: "pod",
    manifest: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: APP, namespace: context.namespace, ...metadata },
      ...(spec && { spec }),
    },
    timeouts: { create: "2m", update: "2m", delete: "1m" },
  };
}
