import { NODE_PORTS } from "../../common/lab-node-ports.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";

/** The violated rule, the path that it reports, and the change of a good object. */
export type Case = readonly [rule: string, at: string, kind: Manifest["kind"], path: string, value: unknown];

/** Path of the container in a Deployment. */
export const CONTAINER = "spec.template.spec.containers[0]";
/** Path of the pods' spec in a Deployment. */
export const POD = "spec.template.spec";
const SECURITY = `${CONTAINER}.securityContext`;
/** The beginning of Kubernetes' common labels. */
export const LABEL = "app.kubernetes.io";

/** At least one way to violate each rule that checks an object by itself; no case violates a second rule. */
export const cases: readonly Case[] = [
  ["non-root", `${SECURITY}.runAsNonRoot`, "Deployment", "pod.securityContext.runAsNonRoot", undefined],
  ["non-root", `${SECURITY}.runAsNonRoot`, "Deployment", "container.securityContext.runAsNonRoot", false],
  ["non-root", `${SECURITY}.runAsUser`, "Deployment", "container.securityContext.runAsUser", 0],
  ["seccomp", `${SECURITY}.seccompProfile.type`, "Deployment", "pod.securityContext.seccompProfile", undefined],
  [
    "seccomp",
    `${SECURITY}.seccompProfile.type`,
    "Deployment",
    "container.securityContext.seccompProfile",
    { type: "Unconfined" },
  ],
  [
    "no-privileges",
    `${SECURITY}.allowPrivilegeEscalation`,
    "Deployment",
    "container.securityContext.allowPrivilegeEscalation",
    undefined,
  ],
  ["no-privileges", `${SECURITY}.privileged`, "Deployment", "container.securityContext.privileged", true],
  ["no-capabilities", `${SECURITY}.capabilities.drop`, "Deployment", "container.securityContext.capabilities", {}],
  [
    "no-capabilities",
    `${SECURITY}.capabilities.add`,
    "Deployment",
    "container.securityContext.capabilities.add",
    ["SYS_TIME"],
  ],
  [
    "read-only-root",
    `${SECURITY}.readOnlyRootFilesystem`,
    "Deployment",
    "container.securityContext.readOnlyRootFilesystem",
    false,
  ],
  ["no-host", `${POD}.hostNetwork`, "Deployment", "pod.hostNetwork", true],
  ["no-host", `${POD}.volumes[0]`, "Deployment", "pod.volumes.0", { name: "root", hostPath: { path: "/" } }],
  ["no-host", `${CONTAINER}.ports`, "Deployment", "container.ports.0.hostPort", 80],
  ["no-token", `${POD}.automountServiceAccountToken`, "Deployment", "pod.automountServiceAccountToken", undefined],

  ["requests-and-limits", `${CONTAINER}.resources.requests.cpu`, "Deployment", "container.resources.requests.cpu", "1"],
  [
    "requests-and-limits",
    `${CONTAINER}.resources.requests.memory`,
    "Deployment",
    "container.resources.requests.memory",
    "1Gi",
  ],
  [
    "requests-and-limits",
    `${CONTAINER}.resources.limits.memory`,
    "Deployment",
    "container.resources.limits.memory",
    undefined,
  ],
  [
    "requests-and-limits",
    `${CONTAINER}.resources.limits.cpu`,
    "Deployment",
    "container.resources.limits.cpu",
    "plenty",
  ],

  ["probes", `${CONTAINER}.startupProbe`, "Deployment", "container.startupProbe", undefined],
  ["probes", `${CONTAINER}.readinessProbe`, "Deployment", "container.readinessProbe", undefined],
  ["probes", `${CONTAINER}.livenessProbe`, "Deployment", "container.livenessProbe", undefined],
  ["probes", `${CONTAINER}.livenessProbe.httpGet.path`, "Deployment", "container.livenessProbe.httpGet.path", "/ready"],
  ["graceful-stop", `${CONTAINER}.lifecycle.preStop.sleep`, "Deployment", "container.lifecycle", undefined],
  [
    "graceful-stop",
    `${POD}.terminationGracePeriodSeconds`,
    "Deployment",
    "container.lifecycle.preStop.sleep.seconds",
    7,
  ],
  ["graceful-stop", `${POD}.terminationGracePeriodSeconds`, "Deployment", "pod.terminationGracePeriodSeconds", 18],
  ["graceful-stop", `${POD}.terminationGracePeriodSeconds`, "ConfigMap", "data.DRAIN_MS", "5000"],
  [
    "graceful-stop",
    `${POD}.terminationGracePeriodSeconds`,
    "Deployment",
    "container.env.0",
    { name: "REQUEST_TIMEOUT_MS", value: "12000" },
  ],
  ["graceful-stop", `${CONTAINER}.env`, "ConfigMap", "data.DRAIN_MS", "soon"],

  ["pinned-image", `${CONTAINER}.image`, "Deployment", "container.image", "app"],
  ["pinned-image", `${CONTAINER}.image`, "Deployment", "container.image", "app:latest"],
  ["pull-policy", `${CONTAINER}.imagePullPolicy`, "Deployment", "container.imagePullPolicy", undefined],
  ["pull-policy", `${CONTAINER}.imagePullPolicy`, "Deployment", "container.imagePullPolicy", "Always"],
  ["pull-policy", `${CONTAINER}.imagePullPolicy`, "Deployment", "container.image", "localhost:5000/app:v1"],

  ["common-labels", "metadata.labels", "Service", "metadata.labels", {}],
  [
    "common-labels",
    "spec.template.metadata.labels",
    "Deployment",
    "spec.template.metadata.labels",
    {
      [`${LABEL}/name`]: "app",
      [`${LABEL}/instance`]: "lab",
      [`${LABEL}/managed-by`]: "hand",
    },
  ],
  [
    "selector",
    "spec.selector.matchLabels",
    "Deployment",
    "spec.selector.matchLabels",
    {
      [`${LABEL}/name`]: "app",
      [`${LABEL}/version`]: "v1",
    },
  ],
  ["selector", "spec.selector", "Deployment", "spec.selector", {}],
  ["selector", "spec.selector", "Deployment", "spec.selector.matchLabels", { [`${LABEL}/name`]: "other" }],
  ["spread", `${POD}.topologySpreadConstraints`, "Deployment", "pod.topologySpreadConstraints", undefined],
  [
    "spread",
    `${POD}.topologySpreadConstraints`,
    "Deployment",
    "pod.topologySpreadConstraints.0.labelSelector",
    { matchLabels: { app: "other" } },
  ],
  [
    "spread",
    `${POD}.topologySpreadConstraints`,
    "Deployment",
    "pod.topologySpreadConstraints.0.topologyKey",
    "topology.kubernetes.io/zone",
  ],

  ["progress-deadline", "spec.progressDeadlineSeconds", "Deployment", "spec.progressDeadlineSeconds", undefined],
  ["progress-deadline", "spec.progressDeadlineSeconds", "Deployment", "spec.progressDeadlineSeconds", 5],
  [
    "restricted-namespace",
    "metadata.labels",
    "Namespace",
    "metadata.labels",
    {
      [`${LABEL}/name`]: "app",
      [`${LABEL}/instance`]: "lab",
      [`${LABEL}/managed-by`]: "hand",
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  ],
  ["node-port", "spec.ports[0].nodePort", "Service", "spec.ports.0.nodePort", NODE_PORTS.last + 1],
  ["node-port", "spec.ports[0].nodePort", "Service", "spec.ports.0.nodePort", NODE_PORTS.first - 1],

  [
    "no-secret-variables",
    `${CONTAINER}.env[0].value`,
    "Deployment",
    "container.env.0",
    { name: "REGISTRY_PASSWORD", value: "x" },
  ],
  [
    "no-secret-variables",
    `${CONTAINER}.env[0].value`,
    "Deployment",
    "container.env.0",
    { name: "REGISTRY", value: "https://me:secret@registry.test" },
  ],
  ["no-secret-config", "data.API_KEY", "ConfigMap", "data.API_KEY", "0123"],

  ["service-target", "spec.ports[0].targetPort", "Service", "spec.ports.0.targetPort", "https"],
  ["service-target", "spec.ports[0].targetPort", "Service", "spec.ports.0.targetPort", undefined],
  ["network-policy", POD, "NetworkPolicy", "spec.policyTypes", ["Ingress"]],
  ["network-policy", POD, "NetworkPolicy", "spec.ingress.0", {}],
  ["network-policy", POD, "NetworkPolicy", "spec.ingress.0.ports.0", { port: 8050, endPort: 9000 }],
  ["network-policy", POD, "NetworkPolicy", "spec.ingress.0.ports.0.port", 22],
  ["network-policy", POD, "NetworkPolicy", "spec.egress", [{}]],
  ["drainable", "spec.maxUnavailable", "PodDisruptionBudget", "spec.maxUnavailable", "0%"],
  ["drainable", "spec.minAvailable", "PodDisruptionBudget", "spec", { minAvailable: "67%", selector: {} }],
];
