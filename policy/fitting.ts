import { isWorkload, type Manifest, mayShareNamespace } from "../kubernetes/manifest.ts";
import { amounts, sumRequests } from "../kubernetes/requests.ts";
import { besides, shortageOf } from "../plan/capacity.ts";
import type { RolloutPlan } from "../plan/rollout-plan.ts";
import { type Planned, plannedRule, type Rule } from "./rule.ts";

/** Whether a rollout finds room for all pods of its peak, those that terminate included. */
export const fitting: readonly Rule[] = [
  plannedRule(
    { name: "fits-nodes", audience: "anybody" },
    "Pods that find no room stay Pending, and the rollout waits for them: old pods keep their requests until they are gone.",
    function* (manifest, plan, _all, { plans, live }) {
      // The nodes are short of all workloads together; the first one that grows says so.
      const first = plans.find(({ created }) => created > 0);
      if (first !== plan) return;
      const shortage = shortageOf(plans, live);
      if (!shortage) return;
      yield { path: growthPath(manifest), message: `must be lower, or the nodes larger: ${shortage.words}` };
    },
  ),

  plannedRule(
    { name: "fits-quota", audience: "anybody" },
    "The API server refuses pods beyond a ResourceQuota, and the rollout waits until others are gone.",
    function* (manifest, plan, all, planned) {
      if (plan.created === 0) return;
      for (const quota of all) {
        const hard = hardOf(quota);
        if (!hard || !mayShareNamespace(quota, manifest)) continue;
        for (const { resource, peak, allowed } of excesses(hard, planned)) {
          const message = `must be lower: at its peak the rollout takes ${peak} of ${resource}, ResourceQuota ${quota.metadata.name} allows ${allowed}`;
          yield { path: growthPath(manifest), message };
        }
      }
    },
  ),
];

/** The field whose lower value makes the peak lower. */
function growthPath(manifest: Manifest): string {
  if (manifest.kind !== "Deployment") return isWorkload(manifest) && manifest.kind !== "Pod" ? "spec.replicas" : "spec";
  return manifest.spec?.strategy?.type === "Recreate" ? "spec.replicas" : "spec.strategy.rollingUpdate.maxSurge";
}

type Hard = Readonly<Record<string, string>>;

/** The limits of a ResourceQuota; its kind is not among those that the lab deploys. */
function hardOf(manifest: Manifest): Hard | undefined {
  const object: { readonly kind: string; readonly spec?: unknown } = manifest;
  return object.kind === "ResourceQuota" ? (object.spec as { readonly hard?: Hard } | undefined)?.hard : undefined;
}

/** What exceeds a quota at the peaks of all workloads of the namespace together, and with the pods beside them. */
function* excesses(hard: Hard, { plans, live }: Planned) {
  const peak = sum([...plans.map(({ peak }) => peak), besides(plans, live)]);
  const limits = amounts({
    ...((hard["requests.cpu"] ?? hard.cpu) !== undefined && { cpu: hard["requests.cpu"] ?? hard.cpu ?? "0" }),
    ...((hard["requests.memory"] ?? hard.memory) !== undefined && {
      memory: hard["requests.memory"] ?? hard.memory ?? "0",
    }),
  });
  const pods = hard.pods ?? hard["count/pods"];
  if (pods !== undefined && peak.pods > Number(pods)) yield { resource: "pods", peak: peak.pods, allowed: pods };
  if (limits.cpuMillicores > 0 && peak.cpuMillicores > limits.cpuMillicores) {
    yield { resource: "CPU", peak: `${peak.cpuMillicores}m`, allowed: `${limits.cpuMillicores}m` };
  }
  if (limits.memoryBytes > 0 && peak.memoryBytes > limits.memoryBytes) {
    const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)}Mi`;
    yield { resource: "memory", peak: mebibytes(peak.memoryBytes), allowed: mebibytes(limits.memoryBytes) };
  }
}

const sum = (loads: readonly RolloutPlan["peak"][]): RolloutPlan["peak"] => ({
  ...sumRequests(loads.map((load) => [load, 1])),
  pods: loads.reduce((pods, load) => pods + load.pods, 0),
});
