import type { V1NetworkPolicyIngressRule, V1NetworkPolicySpec } from "@kubernetes/client-node";
import { type Manifest, mayShareNamespace } from "../kubernetes/manifest.ts";
import { serviceSelects } from "../kubernetes/pods.ts";
import { type Pods, podsOf, selects, servingContainersOf } from "./pods.ts";
import { type Rule, setRule } from "./rule.ts";

const INSTANCE = "app.kubernetes.io/instance";

/** Who reaches pods, and on which ports. */
export const networking: readonly Rule[] = [
  setRule(
    { name: "service-target", audience: "ours" },
    "A Service leads to a port of pods that there are.",
    function* (manifest, all) {
      if (manifest.kind !== "Service") return;
      const targets = neighbours(manifest, all).filter(({ labels }) => serviceSelects(manifest, labels));
      if (targets.length === 0) yield { path: "spec.selector", message: "must take in the pods of a workload" };
      for (const [index, { port, targetPort = port }] of (manifest.spec?.ports ?? []).entries()) {
        if (targets.every((pods) => portsOf(pods).has(targetPort))) continue;
        yield { path: `spec.ports[${index}].targetPort`, message: `must be a port of the pods, is ${targetPort}` };
      }
    },
  ),

  setRule(
    { name: "served", audience: "ours" },
    "Pods that serve are reached by a Service, or others of their stack are.",
    function* (manifest, all) {
      const pods = podsOf(manifest);
      if (!pods || servingContainersOf(pods).length === 0) return;
      // A Service may be switched between two Deployments of one stack: it has to reach only one of them.
      const family = neighbours(manifest, all).filter(({ labels }) => labels[INSTANCE] === pods.labels[INSTANCE]);
      const served = all.some(
        (other) =>
          other.kind === "Service" &&
          mayShareNamespace(other, manifest) &&
          family.some(({ labels }) => serviceSelects(other, labels)),
      );
      if (!served) yield { path: `${pods.path}.containers`, message: "must be reached by a Service" };
    },
  ),

  setRule(
    { name: "network-policy", audience: "ours" },
    "Serving pods are reached by their own ports only, and reach nothing.",
    function* (manifest, all) {
      const pods = podsOf(manifest);
      if (!pods || servingContainersOf(pods).length === 0) return;
      const policies = all.flatMap((other) =>
        other.kind === "NetworkPolicy" && other.spec && mayShareNamespace(other, manifest)
          ? [{ name: other.metadata.name, spec: other.spec }]
          : [],
      );
      const own = policies.filter(({ spec }) => selects(spec.podSelector ?? {}, pods.labels));
      for (const direction of ["Ingress", "Egress"]) {
        if (own.some(({ spec }) => spec.policyTypes?.includes(direction))) continue;
        yield { path: pods.path, message: `must be under a NetworkPolicy for ${direction}` };
      }
      for (const { name, spec } of own) yield* openings(name, spec, pods);
    },
  ),
];

/** Connections that a policy allows beyond the pods' own ports. */
function* openings(name: string, { ingress = [], egress = [] }: V1NetworkPolicySpec, pods: Pods) {
  const ports = portsOf(pods);
  const exact = ({ ports: opened = [] }: V1NetworkPolicyIngressRule) =>
    opened.length > 0 && opened.every(({ port, endPort }) => port !== undefined && ports.has(port) && !endPort);
  if (!ingress.every(exact)) {
    yield { path: pods.path, message: `NetworkPolicy ${name} must let in ${[...ports].join(" or ")} only` };
  }
  if (egress.length > 0) yield { path: pods.path, message: `NetworkPolicy ${name} must let nothing out` };
}

/** The pods of all workloads that may be in an object's namespace. */
const neighbours = (manifest: Manifest, all: readonly Manifest[]): Pods[] =>
  all
    .filter((other) => mayShareNamespace(other, manifest))
    .map(podsOf)
    .filter((pods) => pods !== undefined);

/** Names and numbers of the ports that pods declare. */
const portsOf = (pods: Pods): Set<string | number> =>
  new Set(
    servingContainersOf(pods).flatMap(({ container }) =>
      (container.ports ?? []).flatMap(({ name, containerPort }) => (name ? [name, containerPort] : [containerPort])),
    ),
  );
