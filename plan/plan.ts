import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf } from "../kubernetes/pods.ts";
import { planDeployment } from "./deployment.ts";
import { planPod } from "./pod.ts";
import { planRemovals } from "./removal.ts";
import { planReplicaSet } from "./replicaset.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

export type { RolloutPlan } from "./rollout-plan.ts";

/** Plans what happens to the pods of one workload, from the wanted object and what runs now. */
export function planRollout(wanted: WorkloadManifest, live: Live): RolloutPlan {
  const isIt = (object: { readonly metadata?: { readonly name?: string } }) => nameOf(object) === wanted.metadata.name;
  if (wanted.kind === "Pod") return planPod(wanted, barePods(live).find(isIt));
  if (wanted.kind === "ReplicaSet") return planReplicaSet(wanted, live, bareReplicaSets(live).find(isIt));
  return planDeployment(wanted, live, live.deployments.find(isIt));
}

/** Plans of all wanted workloads, in their order, and then of workloads that run and are no longer wanted. */
export const planRollouts = (wanted: readonly WorkloadManifest[], live: Live): readonly RolloutPlan[] => [
  ...wanted.map((workload) => planRollout(workload, live)),
  ...planRemovals(wanted, live),
];
