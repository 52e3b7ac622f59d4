import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { Live } from "./live.ts";
import { mayShareNamespace, type WorkloadManifest } from "./manifest.ts";
import { nameOf } from "./pods.ts";

/** An object of any kind. */
type Anything = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
};

/** A HorizontalPodAutoscaler, as far as plans and rules go by it. */
type Autoscaler = Anything & {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
  };
};

/** The autoscaler of a workload among objects; undefined if there is none. */
export const autoscalerOf = (workload: Anything, objects: readonly Anything[]): Autoscaler | undefined =>
  objects.find((object): object is Autoscaler => {
    if (object.kind !== "HorizontalPodAutoscaler" || !mayShareNamespace(object, workload)) return false;
    const { scaleTargetRef: target } = (object.spec ?? {}) as Partial<Autoscaler["spec"]>;
    return target?.kind === workload.kind && target.name === workload.metadata.name;
  });

/** A workload that runs, as far as its number of replicas depends on it. */
type Counted = { readonly metadata?: V1ObjectMeta; readonly spec?: { readonly replicas?: number } };

/** What an apply goes from: the workloads that run, and whether it takes away the number of replicas that was applied before. */
export type Before = {
  readonly live: Pick<Live, "deployments" | "replicaSets" | "statefulSets">;
  readonly takesReplicasAway?: (workload: WorkloadManifest, running: Counted) => boolean;
};

/**
 * The workload with the number of replicas that it will have, among objects of its namespace. A manifest that leaves it out leaves
 * the number that runs as it is, but for the autoscaler, which brings it to its least and leaves 0 alone. Of a workload that does not run
 * it is the autoscaler's least, or else 1. Where the apply takes away a number it is 1, until the autoscaler looks the next time.
 *
 * Example: an autoscaler of 4 to 9 pods, and a Deployment without `replicas`. It starts with 4 pods; where 7 run, it keeps 7.
 */
export function withReplicas<Workload extends WorkloadManifest>(
  workload: Workload,
  objects: readonly Anything[],
  { live, takesReplicasAway }: Partial<Before> = {},
): Workload {
  if (workload.kind === "Pod" || workload.spec?.replicas !== undefined || !workload.spec) return workload;
  const { kind, metadata } = workload;
  const owners = { Deployment: live?.deployments, ReplicaSet: live?.replicaSets, StatefulSet: live?.statefulSets };
  const running: Counted | undefined = owners[kind]?.find((one) => nameOf(one) === metadata.name);
  const least = autoscalerOf(workload, objects)?.spec.minReplicas ?? 1;
  const made = (): number => {
    if (running && takesReplicasAway?.(workload, running)) return 1;
    const count = running?.spec?.replicas ?? 1;
    return count === 0 ? 0 : Math.max(count, least);
  };
  return { ...workload, spec: { ...workload.spec, replicas: made() } };
}
