import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { barePods, bareReplicaSets, nameOf } from "../kubernetes/pods.ts";
import { planDeployment } from "./deployment.ts";
import { planStatefulSet } from "./ordered/stateful-set.ts";
import { ANYBODY, type PlanContext } from "./plan-context.ts";
import { planPod } from "./pod.ts";
import { planRemovals } from "./removal.ts";
import { planReplicaSet } from "./replicaset.ts";
import type { RolloutPlan } from "./rollout-plan.ts";
import { eitherOf, startingIn, withReady } from "./starting-pods.ts";
import { asApplied } from "./template/applied.ts";

export type { RolloutPlan } from "./rollout-plan.ts";

/** Plans what happens to the pods of one workload, from the wanted object, what runs now, and what is special to the objects. */
export function planRollout(manifest: WorkloadManifest, live: Live, context: PlanContext = ANYBODY): RolloutPlan {
  const wanted = asApplied(manifest, live, context);
  const isIt = (object: { readonly metadata?: { readonly name?: string } }) => nameOf(object) === wanted.metadata.name;
  if (wanted.kind === "Pod") return planPod(wanted, barePods(live).find(isIt), context);
  if (wanted.kind === "StatefulSet")
    return planStatefulSet(wanted, live, (live.statefulSets ?? []).find(isIt), context);
  const plan = (of: Live) =>
    wanted.kind === "ReplicaSet"
      ? planReplicaSet(wanted, of, bareReplicaSets(of).find(isIt), context)
      : planDeployment(wanted, of, of.deployments.find(isIt), context);
  const late = plan(live);
  const own = new Set([...late.replaced, ...late.surviving, ...late.undecided.among]);
  const starting = startingIn(live, context).filter((name) => own.has(name));
  return starting.length === 0 ? late : eitherOf(late, plan(withReady(live, starting)), starting);
}

/** Plans of all wanted workloads, in their order, and then of those that run and are removed. */
export const planRollouts = (
  wanted: readonly WorkloadManifest[],
  live: Live,
  context: PlanContext = ANYBODY,
): readonly RolloutPlan[] => [
  ...wanted.map((workload) => planRollout(workload, live, context)),
  ...planRemovals(wanted, live, context),
];
