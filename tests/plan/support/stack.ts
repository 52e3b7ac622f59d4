import type { Live } from "../../../kubernetes/live.ts";
import { replicasOf, templateOf, type WorkloadManifest } from "../../../kubernetes/manifest.ts";
import { releaseOf } from "../../../kubernetes/pods.ts";
import type { RolloutPlan } from "../../../plan/plan.ts";
import type { ServicePlan } from "../../../plan/service-plan.ts";
import type { Order } from "../../../plan/services.ts";
import { planText } from "../../../plan/text.ts";
import { orderOf, servicesOf, workloadsOf } from "../../../stacks/program/prepare.ts";
import { sampleDeclarations } from "../../stacks/support/sample.ts";
import { liveDeployment, livePod, liveReplicaSet, NOTHING } from "./live.ts";
import { planRollouts, planServices } from "./ours.ts";

type Values = Readonly<Record<string, string>>;

/** Several live states together. */
export const merged = (...all: readonly Live[]): Live => ({
  ...NOTHING,
  deployments: all.flatMap(({ deployments }) => deployments),
  replicaSets: all.flatMap(({ replicaSets }) => replicaSets),
  pods: all.flatMap(({ pods }) => pods),
  services: all.flatMap(({ services }) => services),
});

/** A workload that is up, with all its pods Ready. */
export function liveWorkload(workload: WorkloadManifest): Live {
  const release = releaseOf(templateOf(workload));
  const pods = replicasOf(workload);
  if (workload.kind === "Deployment") return liveDeployment(workload, [{ release, pods }]);
  if (workload.kind === "ReplicaSet") return liveReplicaSet(workload, release, Array(pods).fill(release));
  return { ...NOTHING, pods: [livePod(workload.metadata.name, templateOf(workload))] };
}

/** What runs of a stack that is up under config values: its workloads with all pods Ready, and its Services. */
export function liveStack(stack: string, values: Values = {}): Live {
  const declarations = sampleDeclarations(stack, values);
  return merged(...workloadsOf(declarations).map(liveWorkload), { ...NOTHING, services: servicesOf(declarations) });
}

/** The plans of a change, and their text. */
export type Planned = {
  readonly rollouts: readonly RolloutPlan[];
  readonly services: readonly ServicePlan[];
  readonly text: string;
};

/** Plans that a stack comes to be as config values want it; by default in the order in which Pulumi applies it. */
export function planStack(stack: string, values: Values, live: Live, order?: Order): Planned {
  const declarations = sampleDeclarations(stack, values);
  const rollouts = planRollouts(workloadsOf(declarations), live);
  const services = planServices(servicesOf(declarations), live, rollouts, order ?? orderOf(declarations));
  return { rollouts, services, text: planText(rollouts, services) };
}
