import type { Live } from "../../kubernetes/live.ts";
import type { Manifest, WorkloadManifest } from "../../kubernetes/manifest.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { planRollouts, type RolloutPlan } from "../../plan/plan.ts";
import { ANYBODY, type Applier, type TimingProfile, USUAL_TIMING } from "../../plan/plan-context.ts";
import type { ServicePlan } from "../../plan/service-plan.ts";
import { toldBy } from "../../plan/service-text.ts";
import { planServices } from "../../plan/services.ts";
import { asApplied } from "../../plan/template/applied.ts";
import { type Problem, problemsOf } from "../../policy/rules.ts";
import { hookOf, type NotPlanned, notPlanned } from "../objects/not-planned.ts";
import { type AnyObject, isPlanned, kindOf } from "../objects/object-schema.ts";
import { isService } from "../objects/running.ts";
import { revisionNames } from "./revision-names.ts";

/** What a plan of anybody's objects is made of, in one namespace. */
export type PlanOrder = {
  readonly namespace: string;
  readonly wanted: readonly AnyObject[];
  /** What runs there; undefined where nothing is known, so that everything is created. */
  readonly live: Live;
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
  const wanted = order.wanted.filter((object) => hookOf(object) === undefined);
  const runsFrom = order.hasRealPods ? ("cluster" as const) : ("file" as const);
  const applied = { appliedBy: order.appliedBy, runsFrom };
  const workloads = wanted
    .filter(isPlanned)
    .map((workload) => asApplied(withReplicas(workload, wanted, live), live, applied));
  const context = {
    ...ANYBODY,
    ...applied,
    timing: order.timing ?? USUAL_TIMING,
    removes: () => order.removes,
    releaseOf: revisionNames(workloads, live),
  };
  const planned = planRollouts(workloads, live, context);
  const services = planServices(wanted.filter(isService), live, planned, {}, context);
  const plans = order.hasRealPods ? planned : planned.map(withoutNames);
  const manifests = wanted.map((object) => workloads.find((one) => isSame(one, object)) ?? object);
  return {
    namespace,
    plans,
    services,
    // Rules look at the kinds that they know, and at fields that were checked when the objects were read.
    problems: problemsOf(manifests as readonly Manifest[], ["anybody"], { plans, live }),
    notPlanned: notPlanned(order.wanted),
  };
}

const isSame = (one: AnyObject, other: AnyObject): boolean =>
  kindOf(one) === kindOf(other) && one.metadata.name === other.metadata.name;

type Scaler = {
  readonly spec: { readonly scaleTargetRef: { kind: string; name: string }; readonly minReplicas?: number };
};

/**
 * The workload with the number of replicas that it will have. A manifest that leaves it out leaves the number that runs as it is; of
 * a new workload an autoscaler's least, or else 1.
 */
function withReplicas<Workload extends AnyObject & WorkloadManifest>(
  workload: Workload,
  wanted: readonly AnyObject[],
  live: Live,
): Workload {
  if (workload.kind === "Pod" || workload.spec?.replicas !== undefined || !workload.spec) return workload;
  const { kind, metadata } = workload;
  const owners = { Deployment: live.deployments, ReplicaSet: live.replicaSets, StatefulSet: live.statefulSets ?? [] };
  const running = owners[kind].find((one) => nameOf(one) === metadata.name)?.spec?.replicas;
  const scaler = wanted.find((one): one is AnyObject & Scaler => {
    if (one.kind !== "HorizontalPodAutoscaler") return false;
    const { scaleTargetRef } = (one as AnyObject & Scaler).spec;
    return scaleTargetRef.kind === kind && scaleTargetRef.name === metadata.name;
  });
  const replicas = Math.max(running ?? 1, scaler?.spec.minReplicas ?? 1);
  return { ...workload, spec: { ...workload.spec, replicas } };
}

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
