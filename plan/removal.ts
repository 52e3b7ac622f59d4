import type { V1ObjectMeta, V1Pod } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import {
  barePods,
  bareReplicaSets,
  byRelease,
  isActive,
  isStopping,
  nameOf,
  podsOf,
  replicaSetsOf,
} from "../kubernetes/pods.ts";
import { requestsOf, sumRequests } from "../kubernetes/requests.ts";
import type { PlanContext } from "./plan-context.ts";
import { readyOf, revisionsOf } from "./revision.ts";
import { type RolloutPlan, untouched } from "./rollout-plan.ts";

/** Plans the removal of workloads that run, are no longer wanted, and are removed by whoever applies the change. */
export function planRemovals(
  wanted: readonly WorkloadManifest[],
  live: Live,
  context: PlanContext,
): readonly RolloutPlan[] {
  const unwanted = <One extends { readonly metadata?: V1ObjectMeta }>(kind: string, objects: readonly One[]) =>
    objects.filter(
      (object) =>
        !wanted.some((workload) => workload.kind === kind && workload.metadata.name === nameOf(object)) &&
        context.removes({ kind, ...(object.metadata && { metadata: object.metadata }) }),
    );
  return [
    ...unwanted("Deployment", live.deployments).map((deployment) => {
      const pods = replicaSetsOf(live, deployment).flatMap((set) => podsOf(live, nameOf(set)));
      return removal("Deployment", nameOf(deployment), pods, context);
    }),
    ...unwanted("ReplicaSet", bareReplicaSets(live)).map((set) =>
      removal("ReplicaSet", nameOf(set), podsOf(live, nameOf(set)), context),
    ),
    ...unwanted("StatefulSet", live.statefulSets ?? []).map((set) =>
      removal("StatefulSet", nameOf(set), podsOf(live, nameOf(set), "StatefulSet"), context),
    ),
    ...unwanted("Pod", barePods(live)).map((pod) => removal("Pod", nameOf(pod), [pod], context)),
  ];
}

function removal(
  kind: RolloutPlan["kind"],
  name: string,
  pods: readonly V1Pod[],
  { releaseOf }: PlanContext,
): RolloutPlan {
  const active = pods.filter(isActive);
  const held = pods.filter((pod) => isActive(pod) || isStopping(pod));
  const readyBefore = readyOf(active);
  return {
    ...untouched,
    kind,
    name,
    change: "remove",
    podsBefore: byRelease(active, releaseOf),
    readyBefore,
    maxPods: active.length,
    minReady: 0,
    outage: readyBefore > 0,
    replaced: active.map(nameOf).sort(),
    peak: { pods: held.length, ...sumRequests(held.map(({ spec }) => [requestsOf(spec), 1])) },
    revisions: revisionsOf(active, () => 0, releaseOf),
  };
}
