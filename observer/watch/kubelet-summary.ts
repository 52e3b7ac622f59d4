import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import type { NodeMeasured } from "../events.ts";
import type { OwnPods } from "./own-pods.ts";

/*
 * What a node's CPU was used for, by its kubelet's Summary API (/stats/summary). All its figures are CPU time since a start, each
 * with a time of its own: the kubelet reads them about every 10 s, and not all at once. So each figure has a meter, which holds
 * the cores between its latest two values.
 *
 * The cgroup above all pods holds what pods used that are gone meanwhile. What of it is neither a pod of the cluster's own nor
 * anybody else's is the stack's: a rollout's old pods do not become somebody else's as they end.
 *
 * Example, in cores: the node used 1.9, all pods 1.5, of these kube-system's 0.2 and other people's 0.9; kubelet and runtime 0.1. Then the stack has 1.5 - 0.2 - 0.9 = 0.4, the cluster 0.2 + 0.1 = 0.3, and others 1.9 - 0.4 - 0.3 = 1.2.
 */

const CpuSchema = Type.Object({ time: Type.String(), usageCoreNanoSeconds: Type.Number() });
const Measured = Type.Object({ cpu: Type.Optional(Type.Partial(CpuSchema)) });
const SummarySchema = Type.Object({
  node: Type.Intersect([
    Measured,
    Type.Object({
      systemContainers: Type.Optional(Type.Array(Type.Intersect([Type.Object({ name: Type.String() }), Measured]))),
    }),
  ]),
  pods: Type.Array(
    Type.Intersect([
      Type.Object({ podRef: Type.Object({ namespace: Type.String(), name: Type.String(), uid: Type.String() }) }),
      Measured,
    ]),
  ),
});

/** The parts of a summary that are read; see k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
export type Summary = Static<typeof SummarySchema>;

/** A summary from the text of an answer; undefined where it is none. */
export function summaryOf(text: string): Summary | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(SummarySchema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** CPU time of one part of the node at a time, in ms; `cores` are those between the value before and this one. */
type Meter = { readonly atMs: number; readonly usedMs: number; readonly overMs: number; readonly cores: number };

/** The meters of a node by part: `node`, `system/NAME`, and `pod/NAMESPACE/NAME/UID`. */
export type Meters = ReadonlyMap<string, Meter>;

/** Reads a summary's figures into the meters that were read before. Parts that are gone have none any more. */
export function readMeters({ node, pods }: Summary, before: Meters = new Map()): Meters {
  const figures: readonly (readonly [string, Summary["node"]["cpu"]])[] = [
    ["node", node.cpu],
    ...(node.systemContainers ?? []).map(({ name, cpu }) => [`system/${name}`, cpu] as const),
    ...pods.map(({ podRef, cpu }) => [`pod/${podRef.namespace}/${podRef.name}/${podRef.uid}`, cpu] as const),
  ];
  return new Map(
    figures.flatMap(([part, cpu]) => {
      const atMs = Date.parse(cpu?.time ?? "");
      if (cpu?.usageCoreNanoSeconds === undefined || Number.isNaN(atMs)) return [];
      return [[part, moved(before.get(part), atMs, cpu.usageCoreNanoSeconds / 1e6)] as const];
    }),
  );
}

function moved(before: Meter | undefined, atMs: number, usedMs: number): Meter {
  if (!before) return { atMs, usedMs, overMs: 0, cores: 0 };
  if (atMs <= before.atMs) return before;
  const overMs = atMs - before.atMs;
  // A part that began anew counts from 0.
  return { atMs, usedMs, overMs, cores: Math.max(0, usedMs - before.usedMs) / overMs };
}

/** The namespace of the cluster's own pods. */
const CLUSTERS_OWN = "kube-system";
/** The Summary API's names of the cgroup above all pods, and of the programs that run them. */
const ALL_PODS = "system/pods";
const PROGRAMS = ["system/kubelet", "system/runtime"];

/**
 * What a node did between the latest two values of its own figure; undefined where that did not move since `before`. `isOwn`: whether a
 * pod is the stack's.
 */
export function nodeMeasured(
  now: Meters,
  before: Meters,
  { node, cores, isOwn }: { readonly node: string; readonly cores: number; readonly isOwn: OwnPods["has"] },
): NodeMeasured | undefined {
  const whole = now.get("node");
  if (!whole || whole.overMs === 0 || whole.atMs === before.get("node")?.atMs) return undefined;
  const used: Record<PodsOwner, number> = { stack: 0, cluster: 0, others: 0 };
  for (const [part, { cores: ofPod }] of now) {
    const owner = ownerOf(part, isOwn);
    if (owner) used[owner] += ofPod;
  }
  const all = now.get(ALL_PODS)?.cores;
  const stack = all === undefined ? used.stack : Math.max(0, all - used.cluster - used.others);
  const cluster = used.cluster + sum(PROGRAMS.map((name) => now.get(name)?.cores ?? 0));
  return {
    type: "node",
    node,
    overMs: whole.overMs,
    cores,
    busyCores: rounded(whole.cores),
    owners: {
      stack: rounded(stack),
      cluster: rounded(cluster),
      others: rounded(Math.max(0, whole.cores - stack - cluster)),
    },
  };
}

type PodsOwner = "stack" | "cluster" | "others";

/** Whose pod a part is; undefined where it is none. */
function ownerOf(part: string, isOwn: OwnPods["has"]): PodsOwner | undefined {
  const [kind, namespace = "", name = "", uid = ""] = part.split("/");
  if (kind !== "pod") return undefined;
  if (namespace === CLUSTERS_OWN) return "cluster";
  return isOwn({ namespace, name, uid }) ? "stack" : "others";
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
const rounded = (cores: number): number => Math.round(cores * 1000) / 1000;
