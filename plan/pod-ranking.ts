import type { V1Pod } from "@kubernetes/client-node";
import { isReady } from "../kubernetes/pods.ts";

const PHASES = ["Pending", "Unknown", "Running"];
const COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

/** Which pods of a set go when it shrinks. */
export type Choice = {
  readonly going: readonly V1Pod[];
  readonly staying: readonly V1Pod[];
  /** Kubernetes removes `goes` of the pods `among`; which ones cannot be known beforehand. */
  readonly undecided: { readonly goes: number; readonly among: readonly V1Pod[] };
};

/**
 * Which `surplus` of a ReplicaSet's active pods go, as its controller ranks them (Kubernetes 1.33, pkg/controller:
 * controller_utils.go, ActivePodsWithRanks). Two pods are compared by the first of these facts in which they differ:
 * 1. A pod without a node goes first: it does no work yet.
 * 2. Then by phase: Pending before Unknown before Running.
 * 3. A pod that is not Ready goes before a Ready one: no user loses it.
 * 4. A lower annotation pod-deletion-cost goes first: somebody said so.
 * 5. A pod whose node has more pods of `related` goes first (all pods of the Deployment): the rest is spread better.
 *
 * After that Kubernetes prefers to remove the pod that became Ready later, on a logarithmic scale; of pods of about one age the
 * UID decides, which is chance. This function stops before: pods that are equal so far are undecided.
 *
 * Example: one of a (node 1), b (node 1) and c (node 2) has to go, all Ready. Node 1 has two of them, so c stays; a or b
 * goes, undecided. If b is not Ready, b goes for certain (fact 3 comes before fact 5).
 */
export function choose(pods: readonly V1Pod[], surplus: number, related: readonly V1Pod[] = pods): Choice {
  const onNode = (pod: V1Pod) => related.filter((other) => other.spec?.nodeName === pod.spec?.nodeName).length;
  const ranks = new Map(pods.map((pod) => [pod, [...facts(pod), -onNode(pod)]]));
  const rank = (pod: V1Pod): readonly number[] => ranks.get(pod) ?? [];
  const sorted = pods.toSorted((a, b) => compare(rank(a), rank(b)));
  const last = sorted[surplus - 1];
  const next = sorted[surplus];
  if (!last || !next || compare(rank(last), rank(next)) !== 0) {
    return { going: sorted.slice(0, surplus), staying: sorted.slice(surplus), undecided: { goes: 0, among: [] } };
  }
  const at = (pod: V1Pod) => compare(rank(pod), rank(last));
  const going = sorted.filter((pod) => at(pod) < 0);
  return {
    going,
    staying: sorted.filter((pod) => at(pod) > 0),
    undecided: { goes: surplus - going.length, among: sorted.filter((pod) => at(pod) === 0) },
  };
}

const facts = (pod: V1Pod): readonly number[] => [
  pod.spec?.nodeName ? 1 : 0,
  PHASES.indexOf(pod.status?.phase ?? "Pending"),
  isReady(pod) ? 1 : 0,
  Number(pod.metadata?.annotations?.[COST_ANNOTATION] ?? 0),
];

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, place) => value !== b[place]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
