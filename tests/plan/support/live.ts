import type { V1Deployment, V1Pod, V1PodTemplateSpec, V1ReplicaSet } from "@kubernetes/client-node";
import type { Live } from "../../../kubernetes/live.ts";
import { type Replicated, templateOf, type WorkloadManifest } from "../../../kubernetes/manifest.ts";
import { sampleWorkloads } from "../../stacks/support/sample.ts";

/** Live state before the first deployment, with unknown nodes. */
export const NOTHING: Live = {
  deployments: [],
  replicaSets: [],
  pods: [],
  services: [],
  nodes: [],
  foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 },
};

/** The only workload of a stack under config values. */
export const only = (stack: string, values: Readonly<Record<string, string>> = {}): WorkloadManifest => {
  const [workload] = sampleWorkloads(stack, values);
  if (!workload) throw new Error(`${stack} has no workload`);
  return workload;
};

/** The same workload with the label and the image of another release. */
export function withRelease<Workload extends WorkloadManifest>(workload: Workload, release: string): Workload {
  const copy = structuredClone(workload);
  const template = templateOf(copy);
  if (template.metadata)
    template.metadata.labels = { ...template.metadata.labels, "app.kubernetes.io/version": release };
  for (const container of template.spec?.containers ?? []) container.image = `online-inference:${release}-000000000000`;
  return copy;
}

/** The same Deployment, paused. */
export function paused(deployment: WorkloadManifest): WorkloadManifest {
  const copy = structuredClone(deployment);
  if (copy.kind === "Deployment" && copy.spec) copy.spec.paused = true;
  return copy;
}

/** A live pod of a template; the owner is `Kind/name`. */
export function livePod(
  name: string,
  template: V1PodTemplateSpec,
  {
    ready = true,
    owner,
    ...rest
  }: { ready?: boolean; owner?: string; phase?: string; node?: string | null; deleted?: boolean } = {},
): V1Pod {
  const [kind = "", ownerName = ""] = owner?.split("/") ?? [];
  const { node = "minikube", phase = "Running", deleted = false } = rest;
  return {
    metadata: {
      ...template.metadata,
      name,
      uid: name,
      ...(owner && {
        ownerReferences: [{ apiVersion: "apps/v1", kind, name: ownerName, uid: ownerName, controller: true }],
      }),
      ...(deleted && { deletionTimestamp: new Date(0) }),
    },
    spec: { containers: [], ...template.spec, ...(node && { nodeName: node }) },
    status: { phase, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

/** Pods of one release of a Deployment; `ready` of them are Ready, by default all. */
export type LiveSet = { readonly release: string; readonly pods: number; readonly ready?: number };

/** A live Deployment with its sets, the oldest first; its template is that of the last set. */
export function liveDeployment(workload: WorkloadManifest, sets: readonly LiveSet[], replicas?: number): Live {
  const manifest = workload as Extract<Replicated, { kind: "Deployment" }>;
  const last = sets.at(-1)?.release ?? "v1";
  const deployment: V1Deployment = {
    ...withRelease(manifest, last),
    metadata: { ...manifest.metadata, uid: manifest.metadata.name },
  };
  if (deployment.spec && replicas !== undefined) deployment.spec.replicas = replicas;
  const desired = String(deployment.spec?.replicas);
  const name = manifest.metadata.name;
  const replicaSets = sets.map(({ release, pods, ready = pods }, index): V1ReplicaSet => {
    const template = templateOf(withRelease(manifest, release));
    return {
      metadata: {
        name: `${name}-${release}`,
        creationTimestamp: new Date(index * 1000),
        annotations: { "deployment.kubernetes.io/desired-replicas": desired },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid: name, controller: true }],
      },
      spec: { replicas: pods, selector: {}, template },
      status: { replicas: pods, readyReplicas: ready, availableReplicas: ready },
    };
  });
  const pods = sets.flatMap(({ release, pods: number, ready = number }) =>
    Array.from({ length: number }, (_, index) =>
      livePod(`${release}-${index}`, templateOf(withRelease(manifest, release)), {
        ready: index < ready,
        owner: `ReplicaSet/${name}-${release}`,
      }),
    ),
  );
  return { ...NOTHING, deployments: [deployment], replicaSets, pods };
}

/** A live bare ReplicaSet: its template is of `release`, and its pods may be of other releases. */
export function liveReplicaSet(workload: WorkloadManifest, release: string, releases: readonly string[]): Live {
  const manifest = workload as Extract<Replicated, { kind: "ReplicaSet" }>;
  const set = { ...withRelease(manifest, release), metadata: { ...manifest.metadata, uid: manifest.metadata.name } };
  if (set.spec) set.spec.replicas = releases.length;
  const pods = releases.map((of, index) =>
    livePod(`${of}-${index}`, templateOf(withRelease(manifest, of)), { owner: `ReplicaSet/${manifest.metadata.name}` }),
  );
  return { ...NOTHING, replicaSets: [set], pods };
}
