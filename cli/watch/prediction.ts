import type { V1Deployment, V1Node, V1Pod, V1ReplicaSet, V1Service, V1StatefulSet } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { isWorkload, type Manifest } from "../../kubernetes/manifest.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { PlannedRollout } from "../../observer/events.ts";
import type { WorkloadName } from "../../observer/watch/ownership.ts";
import { isForbidden, isGone } from "../../observer/watch/refused.ts";
import { deadlineMs } from "../../plan/paces.ts";
import { planRollout } from "../../plan/plan.ts";
import { toPlanned } from "../stack/planned-rollout.ts";
import { pathOf, type WatchedWorkload } from "./find-target.ts";

type Asked = { readonly transport: Pick<Transport, "request">; readonly namespace: string };

/** Time beyond the workload's own deadline after which nobody waits any more. */
const BEYOND_DEADLINE_MS = 60_000;
/** A plan that is shorter than this leaves out what a slow machine takes. */
const LEAST_TIMEOUT_MS = 60_000;

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
): Promise<readonly PlannedRollout[]> {
  const wanted = await Promise.all(
    workloads.map((name) => readJson<Manifest>(transport, pathOf(namespace, name)).catch(unlessGone)),
  );
  const present = [...before.deployments, ...before.replicaSets, ...(before.statefulSets ?? []), ...before.pods];
  return wanted.flatMap((manifest) =>
    manifest && isWorkload(manifest) && !present.some((one) => isSame(one, manifest))
      ? [toPlanned(planRollout(manifest, before), [])]
      : [],
  );
}

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

/**
 * How long a change may take by its plans, a Deployment's no longer than its own deadline lets it; undefined where there is no plan, or
 * where it does not end. Example: ten pods of a StatefulSet, one after the other and 75 s each, may take 750 s.
 */
export function timeoutOf(plans: readonly PlannedRollout[], workloads: readonly WatchedWorkload[]): number | undefined {
  const limits = new Map(workloads.map((one) => [`${one.kind}/${nameOf(one.object)}`, limitMs(one)]));
  const most = Math.max(
    ...plans.map(({ workload, durationMs }) => Math.min(durationMs.most, limits.get(workload) ?? Infinity)),
  );
  return plans.length > 0 && Number.isFinite(most) ? Math.max(LEAST_TIMEOUT_MS, most) : undefined;
}

/** When the controller gives up a rollout, and a minute; undefined of kinds whose controllers never do. */
const limitMs = ({ kind, object }: WatchedWorkload): number | undefined =>
  kind === "Deployment" ? deadlineMs(object) + BEYOND_DEADLINE_MS : undefined;
