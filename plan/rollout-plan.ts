import type { Requests } from "../kubernetes/requests.ts";
import type { Span } from "./pod-timing.ts";

/**
 * What becomes of a workload's pods:
 * - create: nothing of it is there yet
 * - none: no pod comes or goes
 * - scale: pods come or go, all of them of one template
 * - roll: old pods go while new ones come (Deployment, RollingUpdate)
 * - recreate: all old pods go, then new ones come (Deployment, Recreate)
 * - replace: the Pod is deleted, then created anew
 * - mixed: pods that run stay as they are, only those that come are of the new template (ReplicaSet)
 * - remove: config does not want it any more
 */
export type Change = "create" | "none" | "scale" | "roll" | "recreate" | "replace" | "mixed" | "remove";

/** How many pods there are of each release. */
export type Counts = Readonly<Record<string, number>>;

/** What one workload's rollout will do to its pods; every count is of pods that do not terminate, unless it says so. */
export type RolloutPlan = {
  readonly kind: "Deployment" | "ReplicaSet" | "Pod";
  readonly name: string;
  readonly change: Change;
  /** Releases of the template as it is and as it is wanted. */
  readonly releaseBefore?: string;
  readonly releaseAfter?: string;
  /** Paths of the template's fields that change. */
  readonly templateChanges: readonly string[];
  readonly podsBefore: Counts;
  readonly podsAfter: Counts;
  readonly readyBefore: number;
  readonly maxPods: number;
  /** How many of `maxPods` are more than the Deployment's controller counts on, as an old set grows while the new one comes. */
  readonly beyond?: number;
  readonly minReady: number;
  /** There is an instant without any Ready pod although there was one before. */
  readonly outage: boolean;
  /** How long that may last. */
  readonly outageMs?: Span;
  /** Names of the pods that go and that stay for certain; of `undecided` some go, Kubernetes chooses which. */
  readonly replaced: readonly string[];
  readonly surviving: readonly string[];
  readonly undecided: { readonly goes: number; readonly among: readonly string[] };
  /** How many pods are created, and in how many waves, if all pods of a wave get ready together. */
  readonly created: number;
  readonly waves: number;
  /** From the change until the wanted pods, and no others but terminating ones, are available; where it stops: until that is noticed. */
  readonly durationMs: Span;
  /** Why it comes to a halt before it is complete. */
  readonly stops?: string;
  /** Pods that have ended may make Recreate wait so long before it creates the new ones. */
  readonly stall?: { readonly ended: readonly string[]; readonly mostMs: number };
  /** A Deployment that only scales what it has; a change of the template waits until it is resumed. */
  readonly paused?: true;
  /** Whether all old and all new pods are Ready at one instant; absent where there is nothing to roll. */
  readonly together?: Together;
  /** What its pods reserve at most at one instant, those that terminate included. */
  readonly peak: Requests & { readonly pods: number };
};

/** It is certain if the pods of one wave get Ready within `withinMs`, and they are expected to take up to `expectedMs`. */
export type Together =
  | { readonly likely: true | false; readonly withinMs: number; readonly expectedMs: number }
  | { readonly likely: "never" };

/** A plan of a workload whose pods are left alone, to be completed by what differs. */
export const untouched = {
  templateChanges: [],
  podsBefore: {},
  podsAfter: {},
  readyBefore: 0,
  outage: false,
  replaced: [],
  surviving: [],
  undecided: { goes: 0, among: [] },
  created: 0,
  waves: 0,
  durationMs: { least: 0, most: 0 },
} as const satisfies Partial<RolloutPlan>;

const withoutZeros = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([, pods]) => pods > 0));

/** Sum of counts by release. */
export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all)
    for (const [release, pods] of Object.entries(counts)) sum[release] = (sum[release] ?? 0) + pods;
  return withoutZeros(sum);
}
