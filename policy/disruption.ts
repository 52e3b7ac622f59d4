import { isHook } from "../kubernetes/helm-hooks.ts";
import { isWorkload, type Manifest, mayShareNamespace, replicasOf } from "../kubernetes/manifest.ts";
import { podsOf, selects } from "./pods.ts";
import { type Rule, setRule } from "./rule.ts";

/** How many pods the drain of a node may evict at once. */
export const disruption: readonly Rule[] = [
  setRule(
    { name: "disruption-budget", audience: "ours" },
    "Several pods are under exactly one PodDisruptionBudget.",
    function* (manifest, all) {
      if (!isWorkload(manifest) || replicasOf(manifest) < 2) return;
      const budgets = all.filter((other) => other.kind === "PodDisruptionBudget" && covers(other, manifest));
      if (budgets.length === 1) return;
      // If a pod is under two budgets, the eviction API refuses to evict it.
      yield { path: "spec.replicas", message: `must be under one PodDisruptionBudget, is under ${budgets.length}` };
    },
  ),

  setRule(
    { name: "drainable", audience: "anybody" },
    "A PodDisruptionBudget is about pods that there are, and lets a drain go on.",
    function* (manifest, all) {
      if (manifest.kind !== "PodDisruptionBudget") return;
      const pods = all
        .filter(isWorkload)
        .filter((workload) => !isHook(workload) && covers(manifest, workload))
        .reduce((sum, workload) => sum + replicasOf(workload), 0);
      if (pods === 0) {
        yield { path: "spec.selector", message: "must take in the pods of a workload" };
        return;
      }
      const { maxUnavailable, minAvailable } = manifest.spec ?? {};
      const drained = `must let at least 1 of ${pods} ${pods === 1 ? "pod" : "pods"} go`;
      if (maxUnavailable !== undefined && resolve(maxUnavailable, pods) < 1) {
        yield { path: "spec.maxUnavailable", message: `${drained}, is ${maxUnavailable}` };
      }
      if (minAvailable !== undefined && resolve(minAvailable, pods) >= pods) {
        yield { path: "spec.minAvailable", message: `${drained}, is ${minAvailable}` };
      }
    },
  ),
];

function covers(budget: Manifest, workload: Manifest): boolean {
  if (budget.kind !== "PodDisruptionBudget" || !mayShareNamespace(budget, workload)) return false;
  return selects(budget.spec?.selector ?? {}, podsOf(workload)?.labels ?? {});
}

/** Resolves a count or a percentage; the disruption controller rounds up in both fields. */
function resolve(value: number | string, pods: number): number {
  const number = Number.parseInt(String(value), 10);
  return String(value).endsWith("%") ? Math.ceil((number * pods) / 100) : number;
}
