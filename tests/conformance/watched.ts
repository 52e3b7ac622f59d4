import type { KubeConfig, V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { kubernetesTransport } from "../../observer/api-server.ts";
import { hostClock } from "../../observer/clock.ts";
import { follow } from "../../observer/watch/follow.ts";

type Told<Kind, Value> = { readonly kind: Kind; readonly object: Value };
/** A change of an object as the observer's watch told it. Versions are etcd's own: one sequence for all kinds. */
export type Sight = (
  | Told<"Deployment", V1Deployment>
  | Told<"ReplicaSet", V1ReplicaSet>
  | Told<"StatefulSet", V1StatefulSet>
  | Told<"Pod", V1Pod>
) & { readonly version: number; readonly gone: boolean; readonly atMs: number };

const PATHS = {
  Deployment: "/apis/apps/v1/deployments",
  ReplicaSet: "/apis/apps/v1/replicasets",
  StatefulSet: "/apis/apps/v1/statefulsets",
  Pod: "/api/v1/pods",
} as const;

/** All that happened to workloads and pods, by namespace. */
export type Watched = {
  readonly sights: (namespace: string) => readonly Sight[];
  /** Forgets a namespace whose case is over. */
  readonly forget: (namespace: string) => void;
  /** How long nothing has happened in a namespace. */
  readonly quietMs: (namespace: string) => number;
  /** Why a watch may have missed something; a case that spans one says nothing. A watch that was only late has missed nothing. */
  readonly gaps: readonly string[];
  readonly told: () => number;
};

/** Watches all namespaces by the observer's own watch, which proves every few seconds that it told everything. */
export async function watchAll(config: KubeConfig, signal: AbortSignal): Promise<Watched> {
  const transport = kubernetesTransport(config);
  const all = new Map<string, Sight[]>();
  const gaps: string[] = [];
  let told = 0;
  const kinds = Object.keys(PATHS) as (keyof typeof PATHS)[];
  const see = (kind: Sight["kind"], object: V1Pod, gone: boolean) => {
    const { namespace = "", resourceVersion, managedFields: _, ...metadata } = object.metadata ?? {};
    const sight = {
      kind,
      object: { ...object, metadata },
      version: Number(resourceVersion),
      gone,
      atMs: performance.now(),
    };
    const sights = all.get(namespace) ?? [];
    sights.push(sight as Sight);
    all.set(namespace, sights);
    told += 1;
  };
  await Promise.all(
    kinds.map((kind) =>
      follow(
        {
          path: PATHS[kind],
          onObject: (object, change) => see(kind, object as unknown as V1Pod, change === "deleted"),
          // A watch that goes on from its last version tells all that happened meanwhile; a new list skips what is over.
          onGap: (_, why) => /listed anew/.test(why) && gaps.push(`${kind}: ${why}`),
        },
        { transport, clock: hostClock, signal },
      ),
    ),
  );
  return {
    gaps,
    told: () => told,
    sights: (namespace) => all.get(namespace) ?? [],
    forget: (namespace) => all.delete(namespace),
    quietMs: (namespace) => performance.now() - (all.get(namespace)?.at(-1)?.atMs ?? 0),
  };
}

/** The versions of the pods that exist, by uid, as far as was told. */
export function podVersions(sights: readonly Sight[]): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const { kind, object, gone, version } of inOrder(sights)) {
    if (kind !== "Pod") continue;
    if (gone) versions.delete(object.metadata?.uid ?? "");
    else versions.set(object.metadata?.uid ?? "", version);
  }
  return versions;
}

/** Sights in the order of their versions, each version of an object once. */
export const inOrder = (sights: readonly Sight[]): readonly Sight[] => sights.toSorted((a, b) => a.version - b.version);

/**
 * What ran at the instant before a version: exactly what the controllers found when they began with a change. A plan made
 * beforehand would be of a state that is over by then. The changed object itself, and nothing else, is as it was before the version
 * `changed`, because a plan is made of what runs and what is wanted.
 */
export function liveBefore(version: number, sights: readonly Sight[], changed: number = version): Live {
  const known = new Map<string, Sight>();
  const ordered = inOrder(sights);
  const own = ordered.find((sight) => sight.version === changed)?.object.metadata?.uid;
  for (const sight of ordered) {
    if (sight.version >= version) break;
    if (sight.version >= changed && sight.object.metadata?.uid === own) continue;
    const uid = sight.object.metadata?.uid ?? "";
    if (sight.gone) known.delete(uid);
    else known.set(uid, sight);
  }
  const all = [...known.values()];
  return {
    deployments: all.flatMap((sight) => (sight.kind === "Deployment" ? [sight.object] : [])),
    replicaSets: all.flatMap((sight) => (sight.kind === "ReplicaSet" ? [sight.object] : [])),
    statefulSets: all.flatMap((sight) => (sight.kind === "StatefulSet" ? [sight.object] : [])),
    pods: all.flatMap((sight) => (sight.kind === "Pod" ? [sight.object] : [])),
    services: [],
    nodes: [],
    foreign: { pods: 0, cpuMillicores: 0, memoryBytes: 0 },
  };
}
