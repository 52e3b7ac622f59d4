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

/**
 * The workload with the number of replicas that it will have, among objects of its namespace. A manifest that leaves it out leaves
 * the number that runs as it is; of a workload that does not run it is the autoscaler's least, or else 1.
 *
 * Example: an autoscaler of 4 to 9 pods, and a Deployment without `replicas`. It starts with 4 pods; where 7 run, it keeps 7.
 */
export function withReplicas<Workload extends WorkloadManifest>(
  workload: Workload,
  objects: readonly Anything[],
  live?: Pick<Live, "deployments" | "replicaSets" | "statefulSets">,
): Workload {
  if (workload.kind === "Pod" || workload.spec?.replicas !== undefined || !workload.spec) return workload;
  const { kind, metadata } = workload;
  const owners = { Deployment: live?.deployments, ReplicaSet: live?.replicaSets, StatefulSet: live?.statefulSets };
  const running = owners[kind]?.find((one) => nameOf(one) === metadata.name)?.spec?.replicas;
  const replicas = Math.max(running ?? 1, autoscalerOf(workload, objects)?.spec.minReplicas ?? 1);
  return { ...workload, spec: { ...workload.spec, replicas } };
}
