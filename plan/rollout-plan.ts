import type { Requests } from "../kubernetes/requests.ts";
import type { Span } from "./plan-context.ts";
import type { Revision } from "./revision.ts";

/**
 * What a rollout does to a workload's pods:
 * - create: the workload does not exist yet
 * - none: no pod comes or goes
 * - scale: pods come or go, all of them of one template
 * - roll: old pods go while new ones come (Deployment, StatefulSet; RollingUpdate)
 * - recreate: all old pods go, then new ones come (Deployment, Recreate)
 * - replace: the Pod is deleted, then created anew
 * - restart: the Pod stays, and its containers restart with other images
 * - mixed: running pods keep the old template, pods that come have the new one (ReplicaSet, StatefulSet with OnDelete)
 * - remove: the workload is no longer wanted
 */
export type Change = "create" | "none" | "scale" | "roll" | "recreate" | "replace" | "restart" | "mixed" | "remove";

/** How many pods there are of each release. */
export type Counts = Readonly<Record<string, number>>;

/** Of the pods `among`, Kubernetes chooses `goes`, and up to `more` in place of pods that do not exist yet. */
export type Undecided = { readonly goes: number; readonly among: readonly string[]; readonly more?: number };

/**
 * An outage that may be. It is decided by whether the status of a ReplicaSet that shrinks is late, see `below`, or by whether pods
 * that are starting get Ready before. `mostMs` may be Infinity.
 */
export type PossibleOutage = { readonly mostMs: number; readonly by: "late status" | "starting pods" };

/** What one workload's rollout will do to its pods. Counts leave out pods that terminate, unless they say otherwise. */
export type RolloutPlan = {
  readonly kind: "Deployment" | "ReplicaSet" | "StatefulSet" | "Pod";
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
  /** How many of `maxPods` go beyond replicas + surge, because an old set still grows while the new one is created. */
  readonly beyond?: number;
  readonly minReady: number;
  /** How many Ready pods more than that the controller counts on, because a set's status may still count pods that it gives up. */
  readonly below?: number;
  /** There is an instant without any Ready pod although there was one before. What only a race may bring is no outage yet. */
  readonly outage: boolean;
  /** How long the outage may last. */
  readonly outageMs?: Span;
  /** An outage that may be, for so long at most: what decides it is not known beforehand. Absent where there is none, or one for certain. */
  readonly possibleOutage?: PossibleOutage;
  /** How long at least the pods that terminate still answer within the outage: until they close their ports. */
  readonly answersMs?: number;
  /** Names of pods that go or stay for certain, and those among which Kubernetes chooses. */
  readonly replaced: readonly string[];
  readonly surviving: readonly string[];
  readonly undecided: Undecided;
  /** Pods that are not Ready or not available now and may get so before Kubernetes chooses: that decides which pods go. */
  readonly starting?: readonly string[];
  /** What the change comes to if all of `starting` get Ready before, where that differs; if only some do, something between the two. */
  readonly otherwise?: { readonly podsAfter: Counts; readonly goes: number };
  /** How many pods are created, and in how many waves if all pods of a wave get ready together. */
  readonly created: number;
  readonly waves: number;
  /** From the change until all wanted pods are available and all others at least terminate; if the rollout stops: until that is noticed. */
  readonly durationMs: Span;
  /**
   * How long a healthy rollout may take if every pod uses all the time that its startup probe allows, and pods that have to go before it
   * all their time to stop; absent where no startup probe sets a limit.
   */
  readonly budgetMs?: number;
  /** What runs at each instant at which that changes, at the slowest expected pace; the first one is before the change. */
  readonly frames?: readonly PlannedFrame[];
  /** Why the API server refuses the change. */
  readonly refused?: string;
  /** Why the rollout stops before it is complete. */
  readonly stops?: string;
  /** Why the rollout may stop, by chance, before it is complete; it then comes to what `otherwise` says. */
  readonly mayStop?: string;
  /** Pods that have ended, those that are of the wanted revision already, and how long Recreate may wait before it creates more. */
  readonly stall?: { readonly ended: readonly string[]; readonly present?: readonly string[]; readonly mostMs: number };
  /** The Deployment is paused: it only scales, and a new template waits until it is resumed. */
  readonly paused?: true;
  /** Whether all old and all new pods are Ready at one instant; absent if nothing is rolled. */
  readonly together?: Together;
  /** The most pods and requests at one instant, with pods that terminate. */
  readonly peak: Requests & { readonly pods: number };
  /** The same pods by their labels, by which Services select them. */
  readonly revisions: readonly Revision[];
};

/** Pods of one release at an instant: those that are Ready, those that are not yet, and those that were told to stop. */
export type PlannedPods = { readonly ready: number; readonly starting: number; readonly stopping: number };

/** The pods of a workload by release, at an instant of its change. */
export type PlannedFrame = { readonly atMs: number; readonly pods: Readonly<Record<string, PlannedPods>> };

/** A workload with its kind: `Deployment/web`. */
export const workloadName = ({ kind, name }: Pick<RolloutPlan, "kind" | "name">): string => `${kind}/${name}`;

/**
 * All old and all new pods are Ready together for certain if the new ones get Ready within `withinMs` of one another. They are
 * expected to take up to `expectedMs`: `likely` says whether that is less. They never are if the surge is less than the replicas,
 * or if old pods may go before; `room` is there if the surge alone keeps them from it.
 */
export type Together =
  | { readonly likely: true | false; readonly withinMs: number; readonly expectedMs: number }
  | { readonly likely: "never"; readonly room?: { readonly surge: number; readonly replicas: number } };

/** The fields of a plan that changes no pod; callers overwrite those that differ. */
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

/** Adds counts release by release; releases without pods are left out. */
export function addCounts(...all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all)
    for (const [release, pods] of Object.entries(counts)) sum[release] = (sum[release] ?? 0) + pods;
  return withoutZeros(sum);
}
