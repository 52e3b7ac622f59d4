import type {
  V1Deployment,
  V1Node,
  V1Pod,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1ServiceSpec,
} from "@kubernetes/client-node";
import { VERSION_LABEL } from "./labels.ts";
import type { Live } from "./live.ts";

type Owned = V1Pod | V1ReplicaSet;

const ownedBy = (object: Owned, kind: string, name: string): boolean =>
  (object.metadata?.ownerReferences ?? []).some(
    (owner) => owner.controller !== false && owner.kind === kind && owner.name === name,
  );

/** Whether a pod counts for its owner: it has not ended, and its deletion was not requested. */
export const isActive = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp && status?.phase !== "Succeeded" && status?.phase !== "Failed";

/** Whether a pod terminates: it no longer counts for its owner, but still keeps its requests on the node. */
export const isStopping = ({ metadata, status }: V1Pod): boolean =>
  Boolean(metadata?.deletionTimestamp) && status?.phase !== "Succeeded" && status?.phase !== "Failed";

/** Whether a pod has ended, successfully or not, and still exists, as an evicted pod does until somebody deletes it. */
export const hasEnded = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp && (status?.phase === "Succeeded" || status?.phase === "Failed");

type Condition = { readonly type: string; readonly status: string };
/** A pod as the client reads it, or as the API server writes it. */
type WithConditions<One extends Condition> = { readonly status?: { readonly conditions?: readonly One[] } };

/** A pod's condition Ready; undefined where the kubelet has not told of it yet. */
export const readyCondition = <One extends Condition>({ status }: WithConditions<One>): One | undefined =>
  status?.conditions?.find(({ type }) => type === "Ready");

/** Whether a pod's condition Ready is true. */
export const isReady = (pod: WithConditions<Condition>): boolean => readyCondition(pod)?.status === "True";

/** When a pod last got or lost readiness, in ms since the epoch; 0 where that is unknown. */
export const readySinceMs = (pod: V1Pod): number => new Date(readyCondition(pod)?.lastTransitionTime ?? 0).getTime();

/** Pods that a ReplicaSet or a StatefulSet owns, in any state. */
export const podsOf = (
  { pods }: Live,
  owner: string,
  kind: "ReplicaSet" | "StatefulSet" = "ReplicaSet",
): readonly V1Pod[] => pods.filter((pod) => ownedBy(pod, kind, owner));

/** Pods that nothing owns. */
export const barePods = ({ pods }: Live): readonly V1Pod[] =>
  pods.filter(({ metadata }) => !metadata?.ownerReferences?.length);

/** Whether a Service selects pods with these labels. One without a selector selects none: somebody else writes its endpoints. */
export function serviceSelects(
  { spec }: { readonly spec?: Pick<V1ServiceSpec, "selector"> },
  labels: Readonly<Record<string, string>> = {},
): boolean {
  const selector = Object.entries(spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

/** ReplicaSets of a Deployment, the oldest first. */
export const replicaSetsOf = ({ replicaSets }: Live, deployment: V1Deployment): readonly V1ReplicaSet[] =>
  replicaSets
    .filter((set) => ownedBy(set, "Deployment", nameOf(deployment)))
    .sort((a, b) => createdAtMs(a) - createdAtMs(b));

/** ReplicaSets that belong to no Deployment. */
export const bareReplicaSets = ({ replicaSets }: Live): readonly V1ReplicaSet[] =>
  replicaSets.filter(({ metadata }) => !metadata?.ownerReferences?.length);

/** A workload by its kind and name. */
type Named = { readonly kind: string; readonly name: string };

/**
 * Pods that belong to none of the workloads, in any state. Example: of the Deployments `stable` and `canary` the second one is given,
 * so that the pods of `stable` are left, and those of a DaemonSet.
 */
export function podsBeside(workloads: readonly Named[], live: Live): readonly V1Pod[] {
  const theirs = new Set(workloads.flatMap((workload) => podsOfWorkload(workload, live)));
  return live.pods.filter((pod) => !theirs.has(pod));
}

function podsOfWorkload({ kind, name }: Named, live: Live): readonly V1Pod[] {
  if (kind === "Pod") return live.pods.filter((pod) => nameOf(pod) === name);
  if (kind === "ReplicaSet" || kind === "StatefulSet") return podsOf(live, name, kind);
  const deployments = live.deployments.filter((deployment) => nameOf(deployment) === name);
  return deployments.flatMap((one) => replicaSetsOf(live, one)).flatMap((set) => podsOf(live, nameOf(set)));
}

/** Name of an object; the empty string if it has none, which no live object does. */
export const nameOf = ({ metadata }: { readonly metadata?: { readonly name?: string } }): string =>
  metadata?.name ?? "";

/** The release that a template or a pod is labelled with; `unknown` where it has no such label. */
export const releaseOf = ({ metadata }: Pick<V1PodTemplateSpec, "metadata">): string =>
  metadata?.labels?.[VERSION_LABEL] ?? "unknown";

/** How many pods there are of each release. */
export function byRelease(
  pods: readonly V1Pod[],
  nameOfRelease: (pod: V1Pod) => string = releaseOf,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const pod of pods) counts[nameOfRelease(pod)] = (counts[nameOfRelease(pod)] ?? 0) + 1;
  return counts;
}

/** In ms since the epoch. The Kubernetes client gives a Date, a recording gives text. */
const createdAtMs = ({ metadata }: Owned): number => new Date(metadata?.creationTimestamp ?? 0).getTime();

/** Whether a pod without tolerations may be scheduled to a node. */
export function isSchedulable({ spec, status }: V1Node): boolean {
  const repels = (spec?.taints ?? []).some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  const ready = (status?.conditions ?? []).find(({ type }) => type === "Ready")?.status ?? "True";
  return !spec?.unschedulable && !repels && ready === "True";
}
