import type { V1Node } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import { isActive, isSchedulable, isStopping, podsBeside } from "../kubernetes/pods.ts";
import { amounts, type Requests, requestsOf, sumRequests } from "../kubernetes/requests.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

/** The number of pods, and the sum of their requests. */
type Load = Requests & { readonly pods: number };

/** What the nodes lack at the rollouts' peak. */
export type Shortage = {
  /** Which of the three are short. */
  readonly pods: boolean;
  readonly cpu: boolean;
  readonly memory: boolean;
  /** The figures in words: `the rollout does not fit the node: got 12 pods at its peak, …`. */
  readonly words: string;
};

/**
 * What the nodes lack to take all pods at the rollouts' peak; undefined if nothing, if no pod is created, or if the nodes are
 * unknown. Pods that terminate count as well: they keep their place and their requests until they are gone.
 *
 *     free = allocatable of all schedulable nodes - requests of pods of others
 *
 * Example: a rolling update of 6 pods of 50m, surge 4, unavailable 2. At most 10 pods count, but all 6 old ones may still exist,
 * counted or terminating, when the last of the 6 new ones comes: the peak is 12 pods and 600m. A node with 2000m, of which
 * other pods request 1401m, has 599m free, and the rollout does not fit.
 *
 * Several nodes count as one large node: that a pod may fit none of them is not found out here.
 */
export function shortageOf(plans: readonly RolloutPlan[], live: Live): Shortage | undefined {
  const nodes = live.nodes.filter(isSchedulable);
  if (nodes.length === 0 || plans.every(({ created }) => created === 0)) return undefined;
  const peak = total(plans.map((plan) => plan.peak));
  const allocatable = total(nodes.map(allocatableOf));
  const others = total([live.foreign, besides(plans, live)]);
  const free = {
    pods: allocatable.pods - others.pods,
    cpuMillicores: allocatable.cpuMillicores - others.cpuMillicores,
    memoryBytes: allocatable.memoryBytes - others.memoryBytes,
  };
  const tooMany =
    peak.pods > free.pods ? `, allowed: ${free.pods} (${allocatable.pods} less the pods of others)` : undefined;
  const short = [
    ...(peak.cpuMillicores > free.cpuMillicores ? [shortage("CPU", peak, free, allocatable)] : []),
    ...(peak.memoryBytes > free.memoryBytes ? [shortage("memory", peak, free, allocatable)] : []),
  ];
  if (!tooMany && short.length === 0) return undefined;
  const got = `got ${peak.pods} ${peak.pods === 1 ? "pod" : "pods"} at its peak, terminating ones included${tooMany ?? ""}`;
  const request = `${tooMany ? "; they" : ", that"} request ${short.join(" and ")}`;
  return {
    pods: tooMany !== undefined,
    cpu: peak.cpuMillicores > free.cpuMillicores,
    memory: peak.memoryBytes > free.memoryBytes,
    words: `the rollout does not fit the ${nodes.length === 1 ? "node" : `${nodes.length} nodes`}: ${got}${short.length > 0 ? request : ""}`,
  };
}

/** Pods that run beside those of the planned workloads, and stay. */
export function besides(plans: readonly RolloutPlan[], live: Live): Load {
  const others = podsBeside(plans, live).filter((pod) => isActive(pod) || isStopping(pod));
  return { pods: others.length, ...sumRequests(others.map(({ spec }) => [requestsOf(spec), 1])) };
}

/** What a node can give to pods; a node that names no number of pods has no limit for it. */
const allocatableOf = ({ status }: V1Node): Load => ({
  ...amounts(status?.allocatable),
  pods: Number(status?.allocatable?.pods ?? Number.POSITIVE_INFINITY),
});

const total = (parts: readonly Load[]): Load => ({
  ...sumRequests(parts.map((part) => [part, 1])),
  pods: parts.reduce((sum, { pods }) => sum + pods, 0),
});

type Resource = "CPU" | "memory";

function shortage(resource: Resource, peak: Requests, free: Requests, allocatable: Requests): string {
  const amount = (requests: Requests) =>
    resource === "CPU" ? `${requests.cpuMillicores}m` : `${Math.ceil(requests.memoryBytes / 2 ** 20)}Mi`;
  return `${amount(peak)} of ${resource}, allowed: ${amount(free)} (${amount(allocatable)} less what others request)`;
}
