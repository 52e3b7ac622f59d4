import type { V1Container, V1EnvVar, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { IMAGE_ANNOTATION } from "../../kubernetes/labels.ts";
import { cpuQuantity, memoryQuantity } from "../../kubernetes/quantity.ts";
import type { Release } from "../../service/releases.ts";
import type { PodSettings } from "../settings/pod.ts";
import type { Context, ObjectDeclaration, Pull } from "./declaration.ts";
import { APP, type Labels, podLabels, selector } from "./labels.ts";

/** Port that the service listens on. */
export const SERVICE_PORT = 8050;

/** The server aborts a request that takes longer than this to arrive or to finish. */
const LONGEST_REQUEST_SECONDS = 10;
/** Between the latest end of the process and the kubelet's SIGKILL. */
const MARGIN_SECONDS = 2;
const NON_ROOT_ID = 65_532;

/** Timing of the kubelet's probes; the paths are fixed, because the service defines them. */
export type Probes = {
  readonly startup: ProbeTiming;
  readonly readiness: ProbeTiming;
  readonly liveness: ProbeTiming & { readonly terminationGracePeriodSeconds?: number };
};

type ProbeTiming = { readonly periodSeconds: number; readonly failureThreshold: number };

/** How long every probe waits for an answer. */
export const PROBE_TIMEOUT_SECONDS = 1;

// The startup probe keeps the other two from running until the server listens: a slow start is no hang.
const PROBES: Probes = {
  startup: { periodSeconds: 1, failureThreshold: 30 },
  readiness: { periodSeconds: 2, failureThreshold: 2 },
  liveness: { periodSeconds: 5, failureThreshold: 3 },
};

/** In what one kind of pod differs from the others. */
export type PodOptions = {
  /** By default the config's release. */
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

/** Template of replicated pods: they are spread over the nodes, the pods of each release by themselves. */
export function replicatedTemplate(context: Context<PodSettings>, options: PodOptions = {}): V1PodTemplateSpec {
  const template = podTemplate(context, options);
  const spread = {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    // With one node, as in the lab, all pods run there: it must not refuse them.
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
    // The kubelet kills only after the preStop wait, the drain and the longest request.
    terminationGracePeriodSeconds:
      settings.preStopSeconds + settings.drainSeconds + LONGEST_REQUEST_SECONDS + MARGIN_SECONDS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      // A number, because the kubelet cannot tell whether a user name means root.
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
      ...(settings.host === "auto" ? [] : [{ name: "HOST", value: settings.host }]),
      ...env,
    ],
    resources: containerResources(settings),
    startupProbe: probe("/liveness", probes.startup),
    readinessProbe: probe("/readiness", probes.readiness),
    livenessProbe: probe("/liveness", probes.liveness),
    // The kubelet itself sleeps, because the image has no shell. Older API servers refuse 0 seconds.
    ...(settings.preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: settings.preStopSeconds } } } }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  } satisfies V1Container;
}

/** Pulumi gives up a bare Pod this long after its startup probe would have: a Pod that starts late gets its time. */
const SECONDS_AFTER_STARTUP = 60;

/** A Pod without an owner. Its name is fixed, so the old Pod goes before the new one comes: an outage. */
export function barePod(context: Context<PodSettings>, options: PodOptions = {}): ObjectDeclaration {
  const { metadata, spec } = podTemplate(context, options);
  // By default Pulumi waits for a Pod without an end: its time-out begins anew with every event of the Pod, and its informer
  // repeats the last one every minute. A wait for a condition heeds the time-out.
  const annotations = { ...metadata?.annotations, "pulumi.com/waitFor": "condition=Ready" };
  const { periodSeconds, failureThreshold } = (options.probes ?? PROBES).startup;
  const limit = `${periodSeconds * failureThreshold + SECONDS_AFTER_STARTUP}s`;
  return {
    name: "pod",
    manifest: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: APP, namespace: context.namespace, ...metadata, annotations },
      ...(spec && { spec }),
    },
    timeouts: { create: limit, update: limit, delete: "1m" },
  };
}
