import type { V1Pod } from "@kubernetes/client-node";
import { isReady } from "../kubernetes/pods.ts";

const PHASES = ["Pending", "Unknown", "Running"];
const COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

/** What happens to the pods of a set of which only some go. */
export type Choice = {
  readonly going: readonly V1Pod[];
  readonly staying: readonly V1Pod[];
  /** Of these `goes` go; which ones is for Kubernetes to choose. */
  readonly undecided: { readonly goes: number; readonly among: readonly V1Pod[] };
};

/**
 * Which `surplus` of a ReplicaSet's active pods go, as far as it is certain: those without a node first, then by phase, not
 * ready ones, those of a lower deletion cost, those on a node with more pods of the same owner (`related`). Among equals
 * it goes by age on a logarithmic scale, where chance (the UID) decides among pods of about one age: that is undecided.
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
