import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { orderedRoomOf } from "../../kubernetes/count-or-percent.ts";
import { isFromCluster } from "../../kubernetes/last-applied.ts";
import type { Live } from "../../kubernetes/live.ts";
import { byRelease, isActive, isReady, isStopping, nameOf, podsOf } from "../../kubernetes/pods.ts";
import { peakOf, revisionsIn } from "../deployment.ts";
import type { OldSet } from "../old-sets.ts";
import { outageOf } from "../paces.ts";
import type { PlanContext } from "../plan-context.ts";
import { plannedFrames } from "../planned-frames.ts";
import { NEVER_MS, soonestAvailableMs, startBudgetMs, timingOf } from "../pod-timing.ts";
import { addCounts, type Change, type RolloutPlan } from "../rollout-plan.ts";
import { NEW_SET, type Pace, podsIn, readyIn, type Simulation } from "../simulated-frames.ts";
import { eitherOf } from "../starting-pods.ts";
import { templateIn } from "../template/made-of.ts";
import { templateChanges } from "../template/template-change.ts";
import { orderedPods, ordinalOf, revisionBelow, revisionFinder } from "./ordered-pods.ts";
import { type OrderedGoal, type OrderedPod, type OrderedSimulation, simulateOrdered } from "./ordered-simulation.ts";

const ASLEEP = "it waits for minReadySeconds of a pod that was ready before, and nothing wakes its controller then";

/** Plans the change of a StatefulSet by simulating its controller. Which pods go is decided, unless it may stop: their ordinals say it. */
export function planStatefulSet(
  wanted: V1StatefulSet,
  live: Live,
  running: V1StatefulSet | undefined,
  context: PlanContext,
): RolloutPlan {
  const pods = running ? podsOf(live, nameOf(running), "StatefulSet") : [];
  const plan = planWith(wanted, live, running, context, running?.status?.availableReplicas ?? pods.length);
  if (plan.stops !== ASLEEP) return plan;
  // Nobody knows how long ago pods got Ready as the controller comes to look: they may all be available by then.
  const awake = planWith(wanted, live, running, context, pods.length);
  return awake.stops === ASLEEP ? plan : { ...eitherOf(awake, plan, []), mayStop: ASLEEP };
}

function planWith(
  wanted: V1StatefulSet,
  live: Live,
  running: V1StatefulSet | undefined,
  context: PlanContext,
  available: number,
): RolloutPlan {
  const { releaseOf } = context;
  const template = wanted.spec?.template ?? {};
  const owned = running ? podsOf(live, nameOf(running), "StatefulSet") : [];
  const revisionOf = revisionFinder(wanted, running, context);
  const goal = goalOf(wanted, running, revisionBelow(running, owned, revisionOf), context);
  const sets = setsOf(wanted, running, owned, revisionOf, goal.below, context);
  const start = orderedPods(owned, revisionOf, available);
  const pace = (begin: "least" | "most", stop: "least" | "most"): Pace => ({
    startMs: (id) => {
      const timing = sets.find((set) => set.start.id === id)?.timing;
      return !timing || timing.neverReady ? NEVER_MS : timing.startMs[begin];
    },
    stopMs:
      stop === "least"
        ? Math.min(...sets.map(({ timing: { stopMs } }) => stopMs.least))
        : Math.max(...sets.map(({ timing: { stopMs } }) => stopMs.most)),
  });
  const [fast, slow, packed] = [
    simulateOrdered(start, goal, pace("least", "least")),
    simulateOrdered(start, goal, pace("most", "most")),
    simulateOrdered(start, goal, pace("least", "most")),
  ];
  const soonGoal = { ...goal, minReadyMs: soonestAvailableMs(goal.minReadyMs) };
  const soon = simulateOrdered(start, soonGoal, pace("least", "least"));
  const frames = [fast, slow, packed].flatMap((simulation) => simulation.frames);
  const active = owned.filter(isActive);
  const readyBefore = active.filter(isReady).length;
  const minReady = Math.min(...frames.map(readyIn));
  const changes = running?.spec ? templateChanges(template, running.spec.template, context) : [];
  const stops = slow.completeAtMs === undefined ? whyItStops(sets, slow) : undefined;
  const budgetMs = budgetOf(sets, start, goal, slow, pace("most", "most").stopMs);
  const stays = (pod: V1Pod) => slow.keptOrdinals.has(ordinalOf(pod) ?? -1);
  const outage = readyBefore > 0 && minReady === 0;
  const planned = plannedFrames(sets, slow.frames, (set) => releaseOf(set.template));
  return {
    kind: "StatefulSet",
    name: nameOf(wanted),
    change: changeOf(running, changes, goal, slow),
    ...(running?.spec && { releaseBefore: releaseOf(running.spec.template) }),
    releaseAfter: releaseOf(template),
    templateChanges: changes,
    podsBefore: byRelease(active, releaseOf),
    podsAfter: addCounts(
      ...sets.map((set) => ({ [releaseOf(set.template)]: slow.frames.at(-1)?.sets[set.start.id]?.pods ?? 0 })),
    ),
    readyBefore,
    maxPods: Math.max(...frames.map(podsIn)),
    minReady,
    outage,
    ...(outage && {
      outageMs: outageOf({ fast, slow }),
      answersMs: Math.min(...sets.filter(({ start: { ready } }) => ready > 0).map(({ timing }) => timing.stopMs.least)),
    }),
    replaced: active
      .filter((pod) => !stays(pod))
      .map(nameOf)
      .sort(),
    surviving: active.filter(stays).map(nameOf).sort(),
    undecided: { goes: 0, among: [] },
    created: Object.values(slow.created).reduce((sum, pods) => sum + pods, 0),
    waves: slow.waves,
    durationMs: {
      least: soon.completeAtMs ?? context.waitingMs.least,
      most: slow.completeAtMs ?? context.waitingMs.most,
    },
    frames: planned,
    ...(budgetMs !== undefined && { budgetMs }),
    ...(stops && { stops }),
    peak: peakOf(sets, packed.frames),
    revisions: revisionsIn(sets, frames, slow, releaseOf),
  };
}

/**
 * Whether the cluster is known to drop a StatefulSet's maxUnavailable, as Kubernetes 1.33 does unless its feature gate
 * MaxUnavailableStatefulSet is on. Where the gate is on, the API server fills in 1, so a rolling update has the field.
 */
const dropsUnavailable = (running: V1StatefulSet | undefined, { wantedIs }: PlanContext): boolean => {
  const rolling = running?.spec?.updateStrategy?.rollingUpdate;
  const isSeen = wantedIs === "manifest" && running !== undefined && isFromCluster(running);
  return isSeen && rolling !== undefined && rolling.maxUnavailable === undefined;
};

function goalOf(
  { spec }: V1StatefulSet,
  running: V1StatefulSet | undefined,
  below: string,
  context: PlanContext,
): OrderedGoal {
  const rolling = spec?.updateStrategy?.rollingUpdate;
  const replicas = spec?.replicas ?? 1;
  const start = spec?.ordinals?.start ?? 0;
  return {
    replicas,
    start,
    minReadyMs: (spec?.minReadySeconds ?? 0) * 1000,
    minReadyBeforeMs: (running?.spec?.minReadySeconds ?? 0) * 1000,
    ordered: spec?.podManagementPolicy !== "Parallel",
    // The controller compares the place in the list with the partition when it deletes, and the ordinal when it creates.
    partition: start + (rolling?.partition ?? 0),
    below,
    onDelete: spec?.updateStrategy?.type === "OnDelete",
    ...(rolling?.maxUnavailable !== undefined &&
      !dropsUnavailable(running, context) && { unavailable: orderedRoomOf(rolling.maxUnavailable, replicas) }),
  };
}

/** The revisions that take part, each as a set of pods; the wanted one is the last. */
function setsOf(
  wanted: V1StatefulSet,
  running: V1StatefulSet | undefined,
  owned: readonly V1Pod[],
  revisionOf: (pod: V1Pod) => string,
  below: string,
  context: PlanContext,
): readonly OldSet[] {
  const groups = Map.groupBy(owned, revisionOf);
  const ids = new Set([...groups.keys(), below].filter((id) => id !== NEW_SET));
  return [...ids, NEW_SET].map((id): OldSet => {
    const pods = groups.get(id) ?? [];
    const active = pods.filter(isActive);
    const [first] = pods;
    // Without a pod of it, only the last revision's template is known.
    const isLast = id === (running?.status?.updateRevision ?? id);
    const old = first ? templateIn(first) : isLast ? (running?.spec?.template ?? {}) : {};
    const template = id === NEW_SET ? (wanted.spec?.template ?? {}) : old;
    const ready = active.filter(isReady).length;
    const stopping = pods.filter(isStopping).length;
    const start = { id, current: id === NEW_SET, pods: active.length, ready, available: ready, stopping };
    return { template, timing: timingOf(template, context), active, missing: 0, start };
  });
}

function changeOf(
  running: V1StatefulSet | undefined,
  changes: readonly string[],
  { onDelete }: OrderedGoal,
  { frames, created }: Simulation,
): Change {
  if (!running) return "create";
  const [first, last] = [frames[0], frames.at(-1)];
  const old = Object.entries(first?.sets ?? {}).filter(([id, { pods }]) => id !== NEW_SET && pods > 0);
  const rolls = (created[NEW_SET] ?? 0) > 0 && old.some(([id, { pods }]) => (last?.sets[id]?.pods ?? 0) < pods);
  if (rolls) return "roll";
  if (changes.length > 0) return onDelete ? "mixed" : frames.length > 1 ? "scale" : "none";
  return frames.length > 1 ? "scale" : "none";
}

/**
 * How long a healthy change may take at most: if each pod that comes uses all the time that its startup probe allows, and each that
 * goes before it all its time to stop. Undefined where a pod comes without a startup probe, and where the change never completes.
 *
 * Example: 3 ordered pods that may take 33 s to stop and 300 s to start are replaced one after the other: 3 * 333 s = 999 s.
 */
function budgetOf(
  sets: readonly OldSet[],
  start: readonly OrderedPod[],
  goal: OrderedGoal,
  { created, completeAtMs }: OrderedSimulation,
  stopMs: number,
): number | undefined {
  const budgets = new Map(sets.map(({ start: { id }, template }) => [id, startBudgetMs(template)]));
  const coming = Object.keys(created);
  if (completeAtMs === undefined || coming.length === 0) return undefined;
  if (coming.some((id) => budgets.get(id) === undefined)) return undefined;
  return simulateOrdered(start, goal, { startMs: (id) => budgets.get(id) ?? 0, stopMs }).completeAtMs;
}

function whyItStops(sets: readonly OldSet[], { created, asleep }: OrderedSimulation): string {
  if (asleep) return ASLEEP;
  const coming = sets.filter(({ start }) => start.current || created[start.id]);
  return coming.find(({ timing }) => timing.neverReady)?.timing.neverReady ?? "pods that are there do not get ready";
}
