import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { requestsOf } from "../../kubernetes/requests.ts";
import { type Shortage, shortageOf } from "../../plan/capacity.ts";
import type { RolloutPlan } from "../../plan/plan.ts";

/**
 * Makes sure that the nodes can take all pods at the rollouts' peak.
 * @throws {UserError} with the figures, and the config keys to lower.
 */
export function requireCapacity(plans: readonly RolloutPlan[], wanted: readonly WorkloadManifest[], live: Live): void {
  const shortage = shortageOf(plans, live);
  if (!shortage) return;
  const lower = settingsToLower(wanted, shortage);
  throw new UserError(`${shortage.words}. ${lower ? `Lower ${lower}, or destroy` : "Destroy"} other stacks.`);
}

/** Config keys whose lower values would make the rollout fit, as words; `replicas` and `maxSurge` only where the workload has them. */
function settingsToLower(wanted: readonly WorkloadManifest[], short: Shortage): string {
  const kinds = wanted.map(({ kind }) => kind);
  const keys = [
    ...(kinds.some((kind) => kind !== "Pod") ? ["replicas"] : []),
    ...(wanted.some((workload) => workload.kind === "Deployment" && workload.spec?.strategy?.rollingUpdate)
      ? ["maxSurge"]
      : []),
    ...(short.cpu ? ["cpuRequestMillicores"] : []),
    ...(short.memory ? ["memoryRequestMebibytes"] : []),
  ];
  const each = wanted[0] && requestsOf(templateOf(wanted[0]).spec);
  const now =
    each && (short.cpu || short.memory)
      ? ` (a pod requests ${each.cpuMillicores}m and ${each.memoryBytes / 2 ** 20}Mi)`
      : "";
  const last = keys.at(-1) ?? "";
  return `${keys.length > 1 ? `${keys.slice(0, -1).join(", ")} or ${last}` : last}${now}`;
}
