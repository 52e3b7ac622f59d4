import type { V1Node } from "@kubernetes/client-node";
import { UserError } from "../common/user-error.ts";
import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { templateOf } from "../kubernetes/manifest.ts";
import { isSchedulable } from "../kubernetes/pods.ts";
import { amounts, type Requests, requestsOf, sumRequests } from "../kubernetes/requests.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

/** The number of pods, and the sum of their requests. */
type Load = Requests & { readonly pods: number };

/**
 * Makes sure that the nodes can take all pods at the rollouts' peak. Pods that terminate count as well: they keep their place
 * and their requests until they are gone.
 *
 *     free = allocatable of all schedulable nodes - requests of pods of other stacks and namespaces
 *
 * Example: a rolling update of 6 pods of 50m, surge 4, unavailable 2. At most 10 pods count, but all 6 old ones may still exist,
 * counted or terminating, when the last of the 6 new ones comes: the peak is 12 pods and 600m. A node with 2000m, of which
 * other pods request 1401m, has 599m free, and the rollout is refused.
 *
 * Several nodes count as one large node: that a pod may fit none of them is not found out here.
 * @throws {UserError} with the figures. It throws nothing if no pod is created, or if the nodes are unknown.
 */
export function requireCapacity(plans: readonly RolloutPlan[], wanted: readonly WorkloadManifest[], live: Live): void {
  const nodes = live.nodes.filter(isSchedulable);
  if (nodes.length === 0 || plans.every(({ created }) => created === 0)) return;
  const peak = total(plans.map((plan) => plan.peak));
  const allocatable = total(nodes.map(allocatableOf));
  const free = {
    pods: allocatable.pods - live.foreign.pods,
    cpuMillicores: allocatable.cpuMillicores - live.foreign.cpuMillicores,
    memoryBytes: allocatable.memoryBytes - live.foreign.memoryBytes,
  };
  const tooMany =
    peak.pods > free.pods ? `, allowed: ${free.pods} (${allocatable.pods} less the pods of others)` : undefined;
  const short = [
    ...(peak.cpuMillicores > free.cpuMillicores ? [shortage("CPU", peak, free, allocatable)] : []),
    ...(peak.memoryBytes > free.memoryBytes ? [shortage("memory", peak, free, allocatable)] : []),
  ];
  if (!tooMany && short.length === 0) return;
  const got = `got ${peak.pods} ${peak.pods === 1 ? "pod" : "pods"} at its peak, terminating ones included${tooMany ?? ""}`;
  const request = `${tooMany ? "; they" : ", that"} request ${short.join(" and ")}`;
  const lower = settingsToLower(wanted, short);
  throw new UserError(
    `the rollout does not fit the ${nodes.length === 1 ? "node" : `${nodes.length} nodes`}: ${got}${short.length > 0 ? request : ""}. ` +
      `${lower ? `Lower ${lower}, or destroy` : "Destroy"} other stacks.`,
  );
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

/** Config keys whose lower values would make the rollout fit, as words; `replicas` and `maxSurge` only where the workload has them. */
function settingsToLower(wanted: readonly WorkloadManifest[], short: readonly string[]): string {
  const kinds = wanted.map(({ kind }) => kind);
  const keys = [
    ...(kinds.some((kind) => kind !== "Pod") ? ["replicas"] : []),
    ...(wanted.some((workload) => workload.kind === "Deployment" && workload.spec?.strategy?.rollingUpdate)
      ? ["maxSurge"]
      : []),
    ...(short.some((text) => text.includes("of CPU")) ? ["cpuRequestMillicores"] : []),
    ...(short.some((text) => text.includes("of memory")) ? ["memoryRequestMebibytes"] : []),
  ];
  const each = wanted[0] && requestsOf(templateOf(wanted[0]).spec);
  const now =
    each && short.length > 0 ? ` (a pod requests ${each.cpuMillicores}m and ${each.memoryBytes / 2 ** 20}Mi)` : "";
  const last = keys.at(-1) ?? "";
  return `${keys.length > 1 ? `${keys.slice(0, -1).join(", ")} or ${last}` : last}${now}`;
}
