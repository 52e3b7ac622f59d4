import type { V1Deployment, V1Pod, V1PodTemplateSpec, V1ReplicaSet } from "@kubernetes/client-node";
import { roomOf } from "./count-or-percent.ts";
import type { Live } from "./live.ts";
import { byRelease, isActive, isReady, isStopping, nameOf, podsOf, releaseOf, replicaSetsOf } from "./live-pods.ts";
import { choose } from "./pod-ranking.ts";
import { requestsOf, sumRequests } from "./pod-requests.ts";
import { NEVER_MS, type PodTiming, type Span, timingOf } from "./pod-timing.ts";
import {
  type Course,
  type Frame,
  type Goal,
  lastProgressMs,
  NEW_SET,
  podsIn,
  readyIn,
  type StartingSet,
  withoutReadyMs,
} from "./rollout-course.ts";
import { courseOf } from "./rollout-model.ts";
import { addCounts, type Change, type Counts, type RolloutPlan, type Together } from "./rollout-plan.ts";
import { templateChanges } from "./template-change.ts";

const DEFAULT_DEADLINE_SECONDS = 600;

/** What a Deployment has before it changes: one of its ReplicaSets with its pods, or the one that is to come. */
type OldSet = {
  readonly template: V1PodTemplateSpec;
  readonly timing: PodTiming;
  readonly active: readonly V1Pod[];
  readonly start: StartingSet;
};

/** Plans the course of a Deployment by playing it as its controller would. */
export function planDeployment(wanted: V1Deployment, live: Live, running: V1Deployment | undefined): RolloutPlan {
  const template = wanted.spec?.template ?? {};
  const sets = setsOf(wanted, live, running);
  const goal = goalOf(wanted);
  const courses = play(sets, goal);
  const frames = courses.slow.frames.concat(courses.fast.frames, courses.packed.frames);
  const active = sets.flatMap((set) => set.active);
  const readyBefore = active.filter(isReady).length;
  const minReady = Math.min(...frames.map(readyIn));
  const changes = running?.spec ? templateChanges(template, running.spec.template) : [];
  const change = changeOf(running, changes, goal, courses.slow);
  const together = togetherOf(sets, goal, change);
  const stops = courses.slow.completeAtMs === undefined ? whyItStops(sets) : undefined;
  return {
    kind: "Deployment",
    name: nameOf(wanted),
    change,
    ...(running?.spec && { releaseBefore: releaseOf(running.spec.template) }),
    releaseAfter: releaseOf(template),
    templateChanges: changes,
    podsBefore: byRelease(active),
    podsAfter: podsAfter(sets, courses.slow),
    readyBefore,
    maxPods: Math.max(...frames.map(podsIn)),
    minReady,
    outage: readyBefore > 0 && minReady === 0,
    ...(readyBefore > 0 && minReady === 0 && { outageMs: outageOf(courses) }),
    ...whichGo(sets, courses.slow, active),
    created: Object.values(courses.slow.created).reduce((sum, pods) => sum + pods, 0),
    waves: courses.slow.waves,
    durationMs: durationOf(wanted, courses),
    ...(stops && { stops }),
    ...(together && { together }),
    peak: peakOf(sets, courses.packed.frames),
  };
}

/** Until it is complete or, where it stops, until its controller gives it up. */
function durationOf({ spec }: V1Deployment, { fast, slow }: Courses): Span {
  const deadlineMs = (spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000;
  const { completeAtMs: least = deadlineMs } = fast;
  const { completeAtMs: most = deadlineMs + lastProgressMs(slow) } = slow;
  return { least, most };
}

function setsOf(wanted: V1Deployment, live: Live, running: V1Deployment | undefined): readonly OldSet[] {
  const template = wanted.spec?.template ?? {};
  const replicaSets = running ? replicaSetsOf(live, running) : [];
  // Of several with the wanted template the controller takes the oldest.
  const current = replicaSets.find(
    ({ spec }) => spec?.template && templateChanges(template, spec.template).length === 0,
  );
  const sets = replicaSets.map((set) => oldSet(set, set === current, live)).filter(({ start }) => isPartOfIt(start));
  return current ? sets : [...sets, comingSet(template)];
}

const isPartOfIt = ({ current, pods, stopping }: StartingSet): boolean => current || pods > 0 || stopping > 0;

const comingSet = (template: V1PodTemplateSpec): OldSet => ({
  template,
  timing: timingOf(template),
  active: [],
  start: { id: NEW_SET, current: true, pods: 0, ready: 0, available: 0, stopping: 0 },
});

function oldSet(set: V1ReplicaSet, current: boolean, live: Live): OldSet {
  const owned = podsOf(live, nameOf(set));
  const active = owned.filter(isActive);
  // What is missing of a set's pods comes by itself.
  const pods = Math.max(set.spec?.replicas ?? 1, active.length);
  const ready = active.filter(isReady).length;
  const template = set.spec?.template ?? {};
  return {
    template,
    timing: timingOf(template),
    active,
    start: {
      id: nameOf(set),
      current,
      pods,
      ready,
      available: Math.min(ready, set.status?.availableReplicas ?? ready),
      stopping: owned.filter(isStopping).length,
      ...annotated(set, "desired", "deployment.kubernetes.io/desired-replicas"),
      ...annotated(set, "max", "deployment.kubernetes.io/max-replicas"),
    },
  };
}

const annotated = (set: V1ReplicaSet, key: "desired" | "max", annotation: string) => {
  const value = set.metadata?.annotations?.[annotation];
  return value === undefined ? {} : { [key]: Number(value) };
};

function goalOf({ spec }: V1Deployment): Goal {
  const replicas = spec?.replicas ?? 1;
  const recreate = spec?.strategy?.type === "Recreate";
  return {
    replicas,
    minReadyMs: (spec?.minReadySeconds ?? 0) * 1000,
    room: recreate ? "recreate" : roomOf(spec?.strategy?.rollingUpdate ?? {}, replicas),
  };
}

/** Played at three paces: as fast as can be, as slow as expected, and starting fast but stopping slowly. */
type Courses = { readonly fast: Course; readonly slow: Course; readonly packed: Course };

function play(sets: readonly OldSet[], goal: Goal): Courses {
  const at = (start: "least" | "most", stop: "least" | "most"): Course =>
    courseOf(
      sets.map((set) => set.start),
      goal,
      {
        startMs: (id) => {
          const timing = sets.find((set) => set.start.id === id)?.timing;
          return !timing || timing.neverReady ? NEVER_MS : timing.startMs[start];
        },
        stopMs: Math.max(...sets.map(({ timing }) => timing.stopMs[stop])),
      },
    );
  return { fast: at("least", "least"), slow: at("most", "most"), packed: at("least", "most") };
}

function changeOf(running: V1Deployment | undefined, changes: readonly string[], goal: Goal, course: Course): Change {
  if (!running) return "create";
  const [first, ...later] = course.frames;
  const touched = later.some(
    (frame) => first && Object.entries(frame.sets).some(([id, set]) => differs(first, id, set)),
  );
  if (!touched && changes.length === 0) return "none";
  const kinds = Object.values(first?.sets ?? {}).filter(({ pods }) => pods > 0).length;
  if (changes.length === 0 && kinds <= 1 && !course.created[NEW_SET]) return "scale";
  return goal.room === "recreate" ? "recreate" : "roll";
}

const differs = (first: Frame, id: string, { pods }: { readonly pods: number }): boolean =>
  (first.sets[id]?.pods ?? 0) !== pods;

function podsAfter(sets: readonly OldSet[], course: Course): Counts {
  const last = course.frames.at(-1)?.sets ?? {};
  return addCounts(...sets.map(({ template, start }) => ({ [releaseOf(template)]: last[start.id]?.pods ?? 0 })));
}

function whichGo(sets: readonly OldSet[], course: Course, related: readonly V1Pod[]) {
  const choices = sets.map(({ active, start }) => {
    const kept = Math.min(active.length, course.kept[start.id] ?? 0);
    return choose(active, active.length - kept, related);
  });
  const names = (pods: readonly V1Pod[]) => pods.map(nameOf).sort();
  return {
    replaced: names(choices.flatMap(({ going }) => going)),
    surviving: names(choices.flatMap(({ staying }) => staying)),
    undecided: {
      goes: choices.reduce((sum, { undecided }) => sum + undecided.goes, 0),
      among: names(choices.flatMap(({ undecided }) => undecided.among)),
    },
  };
}

function togetherOf(
  sets: readonly OldSet[],
  { room, replicas, minReadyMs }: Goal,
  change: Change,
): Together | undefined {
  if (change !== "roll") return undefined;
  const coming = sets.find(({ start }) => start.current);
  if (!coming || coming.timing.neverReady) return undefined;
  if (room === "recreate" || room.unavailable > 0 || room.surge < replicas) return { likely: "never" };
  const { leastMs, perPodMs } = coming.timing.spread;
  const expectedMs = leastMs + perPodMs * (replicas - 1);
  return { likely: minReadyMs > expectedMs, withinMs: minReadyMs, expectedMs };
}

function whyItStops(sets: readonly OldSet[]): string {
  const reason = sets.find(({ start }) => start.current)?.timing.neverReady;
  return reason ?? "pods that are there do not get ready";
}

function outageOf({ fast, slow }: Courses) {
  return { least: withoutReadyMs(fast), most: withoutReadyMs(slow) };
}

function peakOf(sets: readonly OldSet[], frames: readonly Frame[]): RolloutPlan["peak"] {
  const requests = new Map(sets.map(({ template, start }) => [start.id, requestsOf(template.spec)]));
  const held = frames.map((frame) => {
    const counts = Object.entries(frame.sets).map(([id, { pods, stopping }]) => [id, pods + stopping] as const);
    const parts = counts.flatMap(([id, pods]) => {
      const each = requests.get(id);
      return each ? [[each, pods] as const] : [];
    });
    return { pods: counts.reduce((sum, [, pods]) => sum + pods, 0), ...sumRequests(parts) };
  });
  return {
    pods: Math.max(...held.map(({ pods }) => pods)),
    cpuMillicores: Math.max(...held.map(({ cpuMillicores }) => cpuMillicores)),
    memoryBytes: Math.max(...held.map(({ memoryBytes }) => memoryBytes)),
  };
}
