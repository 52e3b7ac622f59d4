import type { V1Deployment, V1Node, V1Pod, V1ReplicaSet, V1Service } from "@kubernetes/client-node";

/** What runs now, as far as a rollout depends on it; all of it is empty before the first deployment. */
export type Live = {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly pods: readonly V1Pod[];
  readonly services: readonly V1Service[];
  readonly nodes: readonly V1Node[];
  /** Pods of other namespaces and stacks on the nodes, and what they request. */
  readonly foreign: { readonly pods: number; readonly cpuMillicores: number; readonly memoryBytes: number };
};
