import type { V1Node } from "@kubernetes/client-node";
import { UserError } from "../common/user-error.ts";
import type { Live } from "../kubernetes/live.ts";
import type { WorkloadManifest } from "../kubernetes/manifest.ts";
import { templateOf } from "../kubernetes/manifest.ts";
import { isSchedulable } from "../kubernetes/pods.ts";
import { amounts, type Requests, requestsOf, sumRequests } from "../kubernetes/requests.ts";
import type { RolloutPlan } from "./rollout-plan.ts";

/** What pods take of the nodes: their number, and what they request. */
type Load = Requests & { readonly pods: number };

/**
 * Makes sure that the nodes can take all pods at the rollouts' peak, those that terminate included, as they hold their place
 * and what they requested until they are gone. It does not look at how pods are dealt out to several nodes.
 * @throws {UserError} with the figures; never when no pod is created, nor when nothing is known of the nodes.
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

/** What a node lends to pods; where it does not say how many, there is no limit. */
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

/** Config keys that would help: those of the replicas only where there are several. */
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
