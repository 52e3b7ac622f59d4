import type { V1Deployment, V1Node, V1Pod, V1ReplicaSet, V1Service, V1StatefulSet } from "@kubernetes/client-node";
import { graceMsOf } from "../../kubernetes/grace-period.ts";
import type { Live } from "../../kubernetes/live.ts";
import { isWorkload, type Manifest } from "../../kubernetes/manifest.ts";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { PlannedRollout } from "../../observer/events.ts";
import type { PlannedTime } from "../../observer/run/change-limit.ts";
import type { WorkloadName } from "../../observer/watch/ownership.ts";
import { isForbidden, isGone } from "../../observer/watch/refused.ts";
import { deadlineMs } from "../../plan/paces.ts";
import { planRollout } from "../../plan/plan.ts";
import { ANYBODY, type PlanContext } from "../../plan/plan-context.ts";
import type { RolloutPlan } from "../../plan/rollout-plan.ts";
import { toPlanned } from "../stack/planned-rollout.ts";
import { pathOf, podSpec, type WatchedWorkload } from "./find-target.ts";

type Asked = { readonly transport: Pick<Transport, "request">; readonly namespace: string };

/** Time beyond the workload's own deadline after which nobody waits any more. */
const BEYOND_DEADLINE_MS = 60_000;
/** A plan that is shorter than this leaves out what a slow machine takes. */
const LEAST_TIMEOUT_MS = 60_000;

/** What the cluster wants is read from it as well, with all that others added: what lacks there is taken away. */
const AS_STORED: PlanContext = { ...ANYBODY, wantedIs: "stored" };

/**
 * A plan as a recording holds it, how long the change may take until its pods have settled, which is Infinity where it has no end,
 * and how long its old and new pods may take to stop.
 */
export type ChangePlan = { readonly planned: PlannedRollout; readonly mostMs: number; readonly graceMs: number };

/**
 * What runs in the namespace now, as far as the plans of the watched workloads depend on it.
 * @throws {ApiError} where the API server refuses one of the lists; then nothing can be planned.
 */
export async function readLive(
  { transport, namespace }: Asked,
  workloads: readonly WorkloadName[],
  nodes: readonly V1Node[],
): Promise<Live> {
  const list = async <T>(group: string, kind: string): Promise<readonly T[]> =>
    (await readJson<{ items: readonly T[] }>(transport, `${group}/namespaces/${namespace}/${kind}`)).items;
  // Who watches a Deployment alone does not need the right to list StatefulSets.
  const hasStatefulSet = workloads.some(({ kind }) => kind === "StatefulSet");
  const [deployments, replicaSets, statefulSets, pods, services] = await Promise.all([
    list<V1Deployment>("/apis/apps/v1", "deployments"),
    list<V1ReplicaSet>("/apis/apps/v1", "replicasets"),
    hasStatefulSet ? list<V1StatefulSet>("/apis/apps/v1", "statefulsets") : [],
    list<V1Pod>("/api/v1", "pods"),
    list<V1Service>("/api/v1", "services"),
  ]);
  // Whether a node has room for more pods is not asked here, so what others request of it does not matter.
  const foreign = { pods: 0, cpuMillicores: 0, memoryBytes: 0 };
  return { deployments, replicaSets, statefulSets, pods, services, nodes, foreign };
}

/** Says why there is no plan: a right that is missing, or else what kept the API server or the planner from one. */
export const whyNoPlan = (error: unknown): string =>
  isForbidden(error)
    ? "what runs in the namespace may not be read whole, so there is no plan (see --print-rbac)"
    : `there is no plan of the change: ${error instanceof Error ? error.message : String(error)}`;

/**
 * The plans of the change from what ran before to the workloads as they are wanted now. There is none of a kind that the planner
 * does not know, none of one that is gone, and none where the workload itself is as it was: what happens to its pods then is nothing
 * that it asks for.
 * @throws {ApiError} where the API server does not say what is wanted.
 */
export async function planChange(
  { transport, namespace }: Asked,
  workloads: readonly WorkloadName[],
  before: Live,
): Promise<readonly ChangePlan[]> {
  const wanted = await Promise.all(
    workloads.map((name) => readJson<Manifest>(transport, pathOf(namespace, name)).catch(unlessGone)),
  );
  const present = [...before.deployments, ...before.replicaSets, ...(before.statefulSets ?? []), ...before.pods];
  return wanted.flatMap((manifest) => {
    if (!manifest || !isWorkload(manifest) || present.some((one) => isSame(one, manifest))) return [];
    const plan = planRollout(manifest, before, AS_STORED);
    const running = present.find(({ metadata }) => metadata?.uid === manifest.metadata.uid);
    const graceMs = Math.max(podsGraceMs(manifest), podsGraceMs(running ?? {}));
    return [{ planned: toPlanned(plan, []), mostMs: mostMsOf(plan, graceMs), graceMs }];
  });
}

/**
 * How long a change may take at most until its pods have settled: the plan's longest, all the time that startup probes allow beside
 * it, and the end of the last old pod, which a plan only sees begin to terminate.
 *
 * Example: one pod, planned for 95 s at most. Its startup probe allows 300 s, and it has 30 s to stop: 425 s.
 */
function mostMsOf(
  { durationMs, budgetMs, stops }: Pick<RolloutPlan, "durationMs" | "budgetMs" | "stops">,
  graceMs: number,
): number {
  // A rollout that stops lasts until its controller notices, whatever its probes allow.
  if (stops !== undefined) return durationMs.most + graceMs;
  return durationMs.most + (budgetMs ?? 0) + graceMs;
}

type Stopping = { readonly terminationGracePeriodSeconds?: number };
type Pods = { readonly spec?: Stopping & { readonly template?: { readonly spec?: Stopping } } };

/** How long a workload's pods may take to stop; a bare Pod has no template. */
const podsGraceMs = ({ spec }: Pods): number => graceMsOf(spec?.template?.spec ?? spec);

/** No answer about an object that is not there. */
function unlessGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

type Versioned = { readonly metadata?: { readonly uid?: string; readonly generation?: number } };

/** Whether two sights of an object are of one spec: every change of it gives another generation. */
const isSame = ({ metadata: one }: Versioned, { metadata: other }: Versioned): boolean =>
  one?.uid === other?.uid && one?.generation === other?.generation;

/** How long a command may do nothing, and a change take without a plan. */
export const patienceOf = (workloads: readonly WatchedWorkload[]): number =>
  Math.max(...workloads.map((one) => limitMs(one) ?? deadlineMs({}) + BEYOND_DEADLINE_MS));

/** How long the watched workloads' pods may take to stop. */
export const graceOf = (workloads: readonly WatchedWorkload[]): number =>
  Math.max(...workloads.map((workload) => graceMsOf(podSpec(workload))));

/** How long a change may take by its plans, a minute at least; undefined where there is no plan. */
export function timeOf(plans: readonly ChangePlan[]): PlannedTime | undefined {
  if (plans.length === 0) return undefined;
  const mostMs = Math.max(LEAST_TIMEOUT_MS, ...plans.map((plan) => plan.mostMs));
  const graceMs = Math.max(...plans.map((plan) => plan.graceMs));
  return { ...(Number.isFinite(mostMs) && { mostMs }), graceMs };
}

/** When the controller gives up a rollout, and a minute; undefined of kinds whose controllers never do. */
const limitMs = ({ kind, object }: WatchedWorkload): number | undefined =>
  kind === "Deployment" ? deadlineMs(object) + BEYOND_DEADLINE_MS : undefined;
