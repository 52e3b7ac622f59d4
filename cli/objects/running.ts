import type { V1ObjectMeta, V1Pod, V1PodTemplateSpec, V1ReplicaSet, V1Service } from "@kubernetes/client-node";
import { withReplicas } from "../../kubernetes/autoscaling.ts";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import { isHook } from "../../kubernetes/helm-hooks.ts";
import type { Live } from "../../kubernetes/live.ts";
import { replicasOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { type AnyObject, isPlanned, kindOf } from "./object-schema.ts";

/** What runs before a creation. */
export const NOTHING_RUNS: Live = {
  deployments: [],
  replicaSets: [],
  pods: [],
  services: [],
  nodes: [],
  foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 },
};

/**
 * What runs if objects were applied long ago and all went well: every workload has all its pods, as many as its autoscaler's least
 * where it names no number, and all are Ready. Pods have names that nobody sees. Helm hooks have done their work and are gone.
 * Example: a Deployment `web` of 3 replicas is one ReplicaSet and three pods.
 */
export function allReady(applied: readonly AnyObject[]): Live {
  const objects = applied.filter((object) => !isHook(object));
  const workloads = objects.filter(isPlanned);
  const parts = workloads.map((workload) => running(withReplicas(workload, objects)));
  return {
    ...NOTHING_RUNS,
    deployments: parts.flatMap(({ deployments }) => deployments),
    replicaSets: parts.flatMap(({ replicaSets }) => replicaSets),
    statefulSets: parts.flatMap(({ statefulSets = [] }) => statefulSets),
    pods: parts.flatMap(({ pods }) => pods),
    services: objects.filter(isService),
  };
}

export const isService = (object: AnyObject): object is AnyObject & V1Service => kindOf(object) === "v1/Service";

type Part = Pick<Live, "deployments" | "replicaSets" | "statefulSets" | "pods">;

function running(workload: AnyObject & WorkloadManifest): Part {
  if (workload.kind === "Pod")
    return { deployments: [], replicaSets: [], pods: [readyPod(workload, workload.metadata)] };
  const template = workload.spec?.template ?? {};
  if (workload.kind === "ReplicaSet") {
    return { deployments: [], replicaSets: [workload], pods: podsOf(workload, template, replicasOf(workload)) };
  }
  if (workload.kind === "StatefulSet") return runningInOrder(workload, template);
  const replicas = replicasOf(workload);
  const { surge } = roomOf(workload.spec?.strategy?.rollingUpdate ?? {}, replicas);
  const set: V1ReplicaSet = {
    metadata: {
      name: `${workload.metadata.name}-running`,
      annotations: {
        "deployment.kubernetes.io/desired-replicas": String(replicas),
        "deployment.kubernetes.io/max-replicas": String(replicas + surge),
      },
      ownerReferences: [ownerOf("Deployment", workload.metadata.name)],
    },
    spec: { replicas, selector: {}, template },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas },
  };
  return { deployments: [workload], replicaSets: [set], pods: podsOf(set, template, replicas) };
}

/** All pods of a StatefulSet, under one revision, and named by their ordinals. */
function runningInOrder(
  workload: Extract<WorkloadManifest, { kind: "StatefulSet" }>,
  template: V1PodTemplateSpec,
): Part {
  const { name } = workload.metadata;
  const replicas = replicasOf(workload);
  const revision = `${name}-running`;
  const status = { replicas, availableReplicas: replicas, currentRevision: revision, updateRevision: revision };
  const first = workload.spec?.ordinals?.start ?? 0;
  const pods = Array.from({ length: replicas }, (_, index) =>
    readyPod(template, {
      ...template.metadata,
      name: `${name}-${first + index}`,
      labels: { ...template.metadata?.labels, "controller-revision-hash": revision },
      ownerReferences: [ownerOf("StatefulSet", name)],
    }),
  );
  return { deployments: [], replicaSets: [], statefulSets: [{ ...workload, status }], pods };
}

const podsOf = (set: V1ReplicaSet, template: V1PodTemplateSpec, pods: number): V1Pod[] =>
  Array.from({ length: pods }, (_, index) =>
    readyPod(template, {
      ...template.metadata,
      name: `${set.metadata?.name}-${index}`,
      ownerReferences: [ownerOf("ReplicaSet", set.metadata?.name ?? "")],
    }),
  );

/** Pods are on a node of their own each, so that none is preferred when some of them go; one that names its node stays there. */
const readyPod = ({ spec }: Pick<V1PodTemplateSpec, "spec">, metadata: V1ObjectMeta): V1Pod => ({
  metadata,
  spec: { containers: [], ...spec, ...(metadata.ownerReferences && { nodeName: metadata.name ?? "" }) },
  status: READY,
});

const READY = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };

const ownerOf = (kind: string, name: string) => ({ apiVersion: "apps/v1", kind, name, uid: name, controller: true });
