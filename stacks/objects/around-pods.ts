import type { Context, ObjectDeclaration } from "./declaration.ts";
import { APP, FORCED, type Labels, labels, selector } from "./labels.ts";
import { SERVICE_PORT } from "./pod-template.ts";

type AnyContext = Context<unknown>;

/** The stack's namespace. In it the API server refuses pods that violate the restricted Pod Security Standard. */
export function namespace(context: AnyContext): ObjectDeclaration {
  const standard = ["enforce", "warn", "audit"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, "restricted"],
    [`pod-security.kubernetes.io/${mode}-version`, "latest"],
  ]);
  return {
    name: "namespace",
    manifest: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: context.namespace, labels: { ...labels(context), ...Object.fromEntries(standard) } },
    },
    timeouts: { delete: "2m" },
  };
}

/** The Service that leads from the stack's NodePort to its ready pods, or to those with the given labels. */
export function service(
  context: AnyContext,
  options: { readonly labels?: Labels; readonly after?: readonly string[] } = {},
): ObjectDeclaration {
  return {
    name: "service",
    manifest: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: APP,
        namespace: context.namespace,
        labels: labels(context),
        // Pulumi waits for the pods already. By default it would wait another 10 s for the endpoints to settle.
        annotations: { ...FORCED, "pulumi.com/waitFor": "jsonpath={.spec.clusterIP}" },
      },
      spec: {
        type: "NodePort",
        selector: { ...selector(context.stack), ...options.labels },
        ports: [{ name: "http", port: SERVICE_PORT, targetPort: "http", nodePort: context.nodePort, protocol: "TCP" }],
      },
    },
    ...(options.after && { after: options.after }),
  };
}

/** Allows connections to the service's port alone, and none from the pods, which never need any. */
export function networkPolicy(context: AnyContext): ObjectDeclaration {
  return {
    name: "network-policy",
    manifest: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: APP, namespace: context.namespace, labels: labels(context) },
      spec: {
        podSelector: { matchLabels: { ...selector(context.stack) } },
        // `Egress` without rules lets nothing out. An empty list of rules means the same, but the API server drops it.
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ ports: [{ port: "http", protocol: "TCP" }] }],
      },
    },
  };
}

/** Lets the drain of a node evict one of the stack's pods at a time. Rollouts do not heed it. */
export function disruptionBudget(context: AnyContext): ObjectDeclaration {
  return {
    name: "disruption-budget",
    manifest: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: APP, namespace: context.namespace, labels: labels(context) },
      spec: { maxUnavailable: 1, selector: { matchLabels: { ...selector(context.stack) } } },
    },
  };
}
