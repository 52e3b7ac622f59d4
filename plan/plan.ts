import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf } from "../kubernetes/pods.ts";
import { planDeployment } from "./deployment.ts";
import { planPod } from "./pod.ts";
import { planRemovals } from "./removal.ts";
import { planReplicaSet } from "./replicaset.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

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
