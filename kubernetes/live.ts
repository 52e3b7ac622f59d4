import type { V1Deployment, V1Node, V1Pod, V1ReplicaSet, V1Service, V1StatefulSet } from "@kubernetes/client-node";

/** What runs now, as far as a rollout depends on it. Before the first deployment the lists of workloads and pods are empty. */
export type Live = {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  /** Absent means none. */
  readonly statefulSets?: readonly V1StatefulSet[];
  readonly pods: readonly V1Pod[];
  readonly services: readonly V1Service[];
  readonly nodes: readonly V1Node[];
  /** The number of pods of other stacks and namespaces on the nodes, and the sum of their requests. */
  readonly foreign: { readonly pods: number; readonly cpuMillicores: number; readonly memoryBytes: number };
};
