import type { Context, ObjectDeclaration } from "./declaration.ts";
import { APP, FORCED, type Labels, labels, selector } from "./labels.ts";
import { SERVICE_PORT } from "./pod-template.ts";

type AnyContext = Context<unknown>;

/** The stack's namespace, in which the API server refuses pods that are not under the restricted standard. */
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

/** The Service that gives the stack's ready pods, or some of them, one port on the node. */
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
        // Pods are waited for by themselves; by default Pulumi waits 10 s more to see whether endpoints settle.
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

/** Lets the service's port be reached and nothing else, and lets pods reach nothing: they ask nobody. */
export function networkPolicy(context: AnyContext): ObjectDeclaration {
  return {
    name: "network-policy",
    manifest: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: APP, namespace: context.namespace, labels: labels(context) },
      spec: {
        podSelector: { matchLabels: { ...selector(context.stack) } },
        // Egress without a rule lets nothing out. An empty list means the same, but the API server drops it.
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ ports: [{ port: "http", protocol: "TCP" }] }],
      },
    },
  };
}

/** Keeps a drained node from taking more than one of the stack's pods at a time; rollouts do not heed it. */
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
