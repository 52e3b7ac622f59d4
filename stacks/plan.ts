import type { Live } from "./live.ts";
import { barePods, bareReplicaSets, nameOf } from "./live-pods.ts";
import type { WorkloadManifest } from "./manifest.ts";
import { planDeployment } from "./plan-deployment.ts";
import { planPod } from "./plan-pod.ts";
import { planRemovals } from "./plan-removal.ts";
import { planReplicaSet } from "./plan-replicaset.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

export { toPlanned } from "./plan-text.ts";
export type { RolloutPlan } from "./rollout-plan.ts";

/** Says what will happen to the pods of one workload, from what is wanted and what runs now. */
export function planRollout(wanted: WorkloadManifest, live: Live): RolloutPlan {
  const isIt = (object: { readonly metadata?: { readonly name?: string } }) => nameOf(object) === wanted.metadata.name;
  if (wanted.kind === "Pod") return planPod(wanted, barePods(live).find(isIt));
  if (wanted.kind === "ReplicaSet") return planReplicaSet(wanted, live, bareReplicaSets(live).find(isIt));
  return planDeployment(wanted, live, live.deployments.find(isIt));
}

/** Plans of all wanted workloads, in their order, and of those that run and are not wanted any more. */
export const planRollouts = (wanted: readonly WorkloadManifest[], live: Live): readonly RolloutPlan[] => [
  ...wanted.map((workload) => planRollout(workload, live)),
  ...planRemovals(wanted, live),
];
