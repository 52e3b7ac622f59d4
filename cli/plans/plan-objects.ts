import { type Before, withReplicas } from "../../kubernetes/autoscaling.ts";
import { isHook } from "../../kubernetes/helm-hooks.ts";
import { isFromCluster, lastApplied } from "../../kubernetes/last-applied.ts";
import type { Live } from "../../kubernetes/live.ts";
import type { Manifest } from "../../kubernetes/manifest.ts";
import { planRollouts, type RolloutPlan } from "../../plan/plan.ts";
import { ANYBODY, type Applier, type TimingProfile, USUAL_TIMING } from "../../plan/plan-context.ts";
import type { ServicePlan } from "../../plan/service-plan.ts";
import { toldBy } from "../../plan/service-text.ts";
import { planServices } from "../../plan/services.ts";
import { asApplied } from "../../plan/template/applied.ts";
import { type Problem, problemsOf } from "../../policy/rules.ts";
import { type NotPlanned, notPlanned } from "../objects/not-planned.ts";
import { type AnyObject, isPlanned } from "../objects/object-schema.ts";
import { isService } from "../objects/running.ts";
import { revisionNames } from "./revision-names.ts";

/** What a plan of anybody's objects is made of, in one namespace. */
export type PlanOrder = {
  readonly namespace: string;
  readonly wanted: readonly AnyObject[];
  /** What runs there; NOTHING_RUNS where nothing is known, so that everything is created. */
  readonly live: Live;
  /** The manifests that were applied before, where what runs is taken from them. */
  readonly before?: readonly AnyObject[];
  /** Whether the pods that run are real: if not, nobody can see their names. */
  readonly hasRealPods: boolean;
  readonly appliedBy: Applier;
  /** Whether whoever applies the objects removes those that are no longer among them. */
  readonly removes: boolean;
  readonly timing?: TimingProfile;
};

/** What a change does in one namespace, and what is wrong with it. */
export type NamespacePlan = {
  readonly namespace: string;
  readonly plans: readonly RolloutPlan[];
  readonly services: readonly ServicePlan[];
  readonly problems: readonly Problem[];
  readonly notPlanned: readonly NotPlanned[];
};

/** Plans all workloads and Services of one namespace, and applies the rules that anybody's manifests should obey. */
export function planObjects(order: PlanOrder): NamespacePlan {
  const { namespace, live } = order;
  const wanted = order.wanted.filter((object) => !isHook(object));
  const applied = { ...ANYBODY, appliedBy: order.appliedBy };
  const takesReplicasAway = replicasNamedBefore(order);
  const workloads = wanted
    .filter(isPlanned)
    .map((workload) => asApplied(withReplicas(workload, wanted, { live, takesReplicasAway }), live, applied));
  const context = {
    ...applied,
    timing: order.timing ?? USUAL_TIMING,
    removes: () => order.removes,
    releaseOf: revisionNames(workloads, live),
  };
  const planned = planRollouts(workloads, live, context);
  const services = planServices(wanted.filter(isService), live, planned, {}, context);
  const plans = order.hasRealPods ? planned : planned.map(withoutNames);
  return {
    namespace,
    plans,
    services,
    // Rules look at the kinds that they know, and at fields that were checked when the objects were read.
    problems: problemsOf(wanted.map(placedIn(namespace)) as readonly Manifest[], ["anybody"], { plans, live }),
    notPlanned: notPlanned(order.wanted),
  };
}

/** Whether the manifest that was applied before named the number of replicas; of what others than kubectl applied only a file tells. */
function replicasNamedBefore({ before = [], appliedBy }: PlanOrder): NonNullable<Before["takesReplicasAway"]> {
  return ({ kind, metadata }, running) => {
    const manifest = isFromCluster(running)
      ? appliedBy === "kubectl" && lastApplied(running)
      : before.find((one) => one.kind === kind && one.metadata.name === metadata.name);
    const { spec } = (manifest || {}) as { readonly spec?: { readonly replicas?: unknown } };
    return spec?.replicas !== undefined;
  };
}

/**
 * An object with the namespace that it comes to be in. Rules look for none in kinds that are in no namespace, such as a ClusterRole.
 */
const placedIn =
  (namespace: string) =>
  (object: AnyObject): AnyObject => ({ ...object, metadata: { namespace, ...object.metadata } });

/** A plan without names of pods that nobody sees; names of bare Pods and of a StatefulSet's pods are known beforehand. */
const withoutNames = (plan: RolloutPlan): RolloutPlan =>
  plan.kind === "Pod" || plan.kind === "StatefulSet"
    ? plan
    : { ...plan, replaced: [], surviving: [], undecided: { goes: 0, among: [] } };

/** Whether users meet an outage for certain, as far as the workloads and Services that were planned say it. */
export const hasOutage = ({ plans, services }: Pick<NamespacePlan, "plans" | "services">): boolean =>
  services.some(({ outage }) => outage === "certain") ||
  plans.some((plan) => plan.outage && toldBy(plan, services) === "workload");

/** Whether users may meet an outage, for certain or not. */
export const mayHaveOutage = ({ plans, services }: Pick<NamespacePlan, "plans" | "services">): boolean =>
  services.some(({ outage }) => outage !== "no") ||
  plans.some((plan) => (plan.outage || plan.possibleOutage) && toldBy(plan, services) === "workload");

/** Whether the change fails or costs users something: an outage, a halt, a refusal, or a problem that is an error. */
export const isBad = (planned: NamespacePlan): boolean =>
  hasOutage(planned) ||
  planned.plans.some(({ stops, refused }) => stops !== undefined || refused !== undefined) ||
  planned.problems.some(({ level }) => level === "error");
