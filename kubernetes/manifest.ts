import type {
  V1ConfigMap,
  V1Deployment,
  V1Namespace,
  V1NetworkPolicy,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";

type Typed<Kind extends string, ApiVersion extends string, Value> = Value & {
  readonly kind: Kind;
  readonly apiVersion: ApiVersion;
  readonly metadata: { readonly name: string };
};

/** An object that creates pods from a template, as many as its `replicas`. */
export type Replicated = Typed<"Deployment", "apps/v1", V1Deployment> | Typed<"ReplicaSet", "apps/v1", V1ReplicaSet>;

/** An object that is a pod or owns pods. */
export type WorkloadManifest = Replicated | Typed<"StatefulSet", "apps/v1", V1StatefulSet> | Typed<"Pod", "v1", V1Pod>;

/** An object as it is sent to the API server, of any kind that an experiment may use. */
export type Manifest =
  | WorkloadManifest
  | Typed<"Namespace", "v1", V1Namespace>
  | Typed<"Service", "v1", V1Service>
  | Typed<"ConfigMap", "v1", V1ConfigMap>
  | Typed<"Secret", "v1", V1Secret>
  | Typed<"PodDisruptionBudget", "policy/v1", V1PodDisruptionBudget>
  | Typed<"NetworkPolicy", "networking.k8s.io/v1", V1NetworkPolicy>;

type Placed = { readonly metadata: { readonly namespace?: string } };

/** Whether two objects may be in one namespace: where one names none, whoever applies it chooses. */
export function mayShareNamespace({ metadata: one }: Placed, { metadata: other }: Placed): boolean {
  return one.namespace === undefined || other.namespace === undefined || one.namespace === other.namespace;
}

/** Whether an object is a workload: a Pod, ReplicaSet, Deployment or StatefulSet. */
export const isWorkload = (manifest: Manifest): manifest is WorkloadManifest =>
  ["Deployment", "ReplicaSet", "StatefulSet", "Pod"].includes(manifest.kind);

/** The template of a workload's pods; a bare Pod is its own template. */
export const templateOf = (workload: WorkloadManifest): V1PodTemplateSpec =>
  workload.kind === "Pod"
    ? { metadata: workload.metadata, ...(workload.spec && { spec: workload.spec }) }
    : (workload.spec?.template ?? {});

/** How many pods a workload wants. */
export const replicasOf = (workload: WorkloadManifest): number =>
  workload.kind === "Pod" ? 1 : (workload.spec?.replicas ?? 1);
