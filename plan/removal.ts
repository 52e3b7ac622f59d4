import type { V1Pod } from "@kubernetes/client-node";
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
import { readyOf, revisionsOf } from "./revision.ts";
import { type RolloutPlan, untouched } from "./rollout-plan.ts";

/** Plans the removal of workloads that run and that config no longer wants, as when the playground changes its experiment. */
export function planRemovals(wanted: readonly WorkloadManifest[], live: Live): readonly RolloutPlan[] {
  const isWanted = (kind: string, name: string) =>
    wanted.some((workload) => workload.kind === kind && workload.metadata.name === name);
  const plans = [
    ...live.deployments.map((deployment) => {
      const pods = replicaSetsOf(live, deployment).flatMap((set) => podsOf(live, nameOf(set)));
      return removal("Deployment", nameOf(deployment), pods);
    }),
    ...bareReplicaSets(live).map((set) => removal("ReplicaSet", nameOf(set), podsOf(live, nameOf(set)))),
    // A user may put a Pod beside ours to try something out; only Pulumi's own are removed.
    ...barePods(live)
      .filter(({ metadata }) => metadata?.labels?.["app.kubernetes.io/managed-by"] === "pulumi")
      .map((pod) => removal("Pod", nameOf(pod), [pod])),
  ];
  return plans.filter(({ kind, name }) => !isWanted(kind, name));
}

function removal(kind: RolloutPlan["kind"], name: string, pods: readonly V1Pod[]): RolloutPlan {
  const active = pods.filter(isActive);
  const held = pods.filter((pod) => isActive(pod) || isStopping(pod));
  const readyBefore = readyOf(active);
  return {
    ...untouched,
    kind,
    name,
    change: "remove",
    podsBefore: byRelease(active),
    readyBefore,
    maxPods: active.length,
    minReady: 0,
    outage: readyBefore > 0,
    replaced: active.map(nameOf).sort(),
    peak: { pods: held.length, ...sumRequests(held.map(({ spec }) => [requestsOf(spec), 1])) },
    revisions: revisionsOf(active, () => 0),
  };
}
