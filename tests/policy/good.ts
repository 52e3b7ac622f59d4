import type { Manifest } from "../../kubernetes/manifest.ts";

const SELECTOR = { "app.kubernetes.io/name": "app", "app.kubernetes.io/instance": "lab" };
const LABELS = { ...SELECTOR, "app.kubernetes.io/managed-by": "hand" };
const metadata = { name: "app", namespace: "lab", labels: LABELS };

/** Objects that obey every rule, written by hand. */
export const good: readonly Manifest[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: "lab",
      labels: {
        ...LABELS,
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  },
  { apiVersion: "v1", kind: "ConfigMap", metadata, data: { DRAIN_MS: "3000", REQUEST_TIMEOUT_MS: "10000" } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 3,
      minReadySeconds: 5,
      progressDeadlineSeconds: 60,
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: { ...LABELS, "app.kubernetes.io/version": "v1" } },
        spec: {
          terminationGracePeriodSeconds: 20,
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          volumes: [{ name: "scratch", emptyDir: {} }],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: SELECTOR },
            },
          ],
          containers: [
            {
              name: "app",
              image: "app:v1-0123",
              imagePullPolicy: "Never",
              ports: [{ name: "http", containerPort: 8050 }],
              env: [{ name: "LOG_LEVEL", value: "info" }],
              envFrom: [{ configMapRef: { name: "app" } }],
              resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "0.5", memory: "0.25Gi" } },
              startupProbe: { httpGet: { path: "/alive", port: "http" } },
              readinessProbe: { httpGet: { path: "/ready", port: "http" } },
              livenessProbe: { httpGet: { path: "/alive", port: "http" } },
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
              },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: SELECTOR, ports: [{ port: 80, targetPort: "http", nodePort: 30_055 }] },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: SELECTOR },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ port: "http" }] }],
    },
  },
];

/** The good objects without one kind. */
export const without = (kind: Manifest["kind"]): readonly Manifest[] =>
  good.filter((manifest) => manifest.kind !== kind);

/** The good objects with one field set to another value, or removed; `pod` and `container` begin short paths. */
export function spoiled(kind: Manifest["kind"], path: string, value: unknown): readonly Manifest[] {
  // structuredClone would keep values that objects share, and a change would reach all of them.
  const manifests = JSON.parse(JSON.stringify(good)) as Manifest[];
  const steps = path
    .replace(/^container\b/, "pod.containers.0")
    .replace(/^pod\b/, "spec.template.spec")
    .split(".");
  const last = steps.pop() as string;
  let at = manifests.find((manifest) => manifest.kind === kind) as unknown as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return manifests;
}
