import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import { roomOf } from "../kubernetes/count-or-percent.ts";
import type { Live } from "../kubernetes/live.ts";
import { byRelease, hasEnded, isReady, nameOf, podsOf, replicaSetsOf } from "../kubernetes/pods.ts";
import { requestsOf, sumRequests } from "../kubernetes/requests.ts";
import { type OldSet, setsOf } from "./old-sets.ts";
import { budgetOf, deadlineMs, durationOf, outageOf, outageOfLateStatus, simulatePaces } from "./paces.ts";
import type { PlanContext } from "./plan-context.ts";
import { plannedFrames } from "./planned-frames.ts";
import { choose } from "./pod-ranking.ts";
import { soonestAvailableMs } from "./pod-timing.ts";
import type { Revision } from "./revision.ts";
import { addCounts, type Change, type Counts, type RolloutPlan, type Together } from "./rollout-plan.ts";
import { type Frame, type Goal, NEW_SET, podsIn, readyIn, type Simulation } from "./simulated-frames.ts";
import { templateChanges } from "./template/template-change.ts";

/** Plans the rollout of a Deployment by simulating its controllers. */
export function planDeployment(
  wanted: V1Deployment,
  live: Live,
  running: V1Deployment | undefined,
  context: PlanContext,
): RolloutPlan {
  const { releaseOf } = context;
  const template = wanted.spec?.template ?? {};
  const sets = setsOf(wanted, live, running, context);
  const goal = goalOf(wanted);
  const stall = running && waitsForOld(sets, goal) ? stallOf(wanted, sets, live, running) : undefined;
  const simulations = simulatePaces(wanted, sets, goal, stall !== undefined);
  const frames = simulations.slow.frames.concat(simulations.fast.frames, simulations.packed.frames);
  const active = sets.flatMap((set) => set.active);
  const readyBefore = active.filter(isReady).length;
  const maxPods = mostPods(frames);
  const beyond = maxPods - mostPods(simulations.fast.frames);
  const readyAsCounted = fewestReady(frames);
  const minReady = Math.min(readyAsCounted, fewestReady(simulations.late.frames));
  const below = readyAsCounted - minReady;
  const outage = readyBefore > 0 && readyAsCounted === 0;
  const mayLackAll = readyBefore > 0 && !outage && minReady === 0;
  const changes = running?.spec ? templateChanges(template, running.spec.template, context) : [];
  const change = changeOf(running, changes, goal, simulations.slow);
  const together = togetherOf(sets, goal, change);
  const budgetMs = budgetOf(sets, goal, simulations);
  const stops = simulations.slow.completeAtMs === undefined ? whyItStops(sets, goal, simulations.slow) : undefined;
  return {
    kind: "Deployment",
    name: nameOf(wanted),
    change,
    ...(running?.spec && { releaseBefore: releaseOf(running.spec.template) }),
    releaseAfter: releaseOf(template),
    templateChanges: changes,
    podsBefore: byRelease(active, releaseOf),
    podsAfter: podsAfter(sets, simulations.slow, releaseOf),
    readyBefore,
    maxPods,
    ...(beyond > 0 && { beyond }),
    minReady,
    ...(below > 0 && { below }),
    outage,
    ...(outage && { outageMs: outageOf(simulations), answersMs: answersMs(sets) }),
    ...(mayLackAll && { possibleOutage: { mostMs: outageOfLateStatus(sets, goal), by: "late status" as const } }),
    ...whichGo(sets, simulations.slow, active),
    created: Math.max(createdIn(sets, simulations.slow), createdIn(sets, simulations.late)),
    waves: simulations.slow.waves,
    durationMs: durationOf(wanted, simulations, context.waitingMs),
    ...(budgetMs !== undefined && { budgetMs }),
    frames: plannedFrames(sets, simulations.slow.frames, ({ template: its }) => releaseOf(its)),
    ...(stops && { stops }),
    ...(stall && { stall }),
    ...(goal.paused && { paused: true }),
    ...(together && { together }),
    peak: peakOf(sets, simulations.packed.frames),
    revisions: revisionsIn(sets, frames, simulations.slow, releaseOf),
  };
}

/** Pods that the change asks for, and those that were asked for before and do not exist yet. */
const createdIn = (sets: readonly OldSet[], { created }: Simulation): number =>
  [...Object.values(created), ...sets.map(({ missing }) => missing)].reduce((sum, pods) => sum + pods, 0);

const fewestReady = (frames: readonly Frame[]): number => Math.min(...frames.map(readyIn));
const mostPods = (frames: readonly Frame[]): number => Math.max(...frames.map(podsIn));

/** Whether new pods wait until the old ones are gone. */
const waitsForOld = (sets: readonly OldSet[], { room, paused }: Goal): boolean =>
  room === "recreate" && !paused && sets.some(({ start }) => !start.current && start.pods + start.stopping > 0);

/**
 * What keeps Recreate from noticing that the last old pod is gone. Its controller is woken only when the last pod of all is gone
 * (deployment_controller.go, deletePod). Pods that have ended are not gone, nor are those that the wanted set has already; then nothing
 * need happen until the progress deadline passes (kubernetes#128798).
 */
function stallOf(wanted: V1Deployment, sets: readonly OldSet[], live: Live, running: V1Deployment) {
  const names = (pods: readonly V1Pod[]) => pods.map(nameOf).sort();
  const ended = names(replicaSetsOf(live, running).flatMap((set) => podsOf(live, nameOf(set)).filter(hasEnded)));
  const present = names(sets.flatMap(({ start, active }) => (start.current ? active : [])));
  if (ended.length + present.length === 0) return undefined;
  return { ended, ...(present.length > 0 && { present }), mostMs: deadlineMs(wanted) };
}

function goalOf({ spec }: V1Deployment): Goal {
  const replicas = spec?.replicas ?? 1;
  const recreate = spec?.strategy?.type === "Recreate";
  return {
    replicas,
    minReadyMs: (spec?.minReadySeconds ?? 0) * 1000,
    room: recreate ? "recreate" : roomOf(spec?.strategy?.rollingUpdate ?? {}, replicas),
    ...(spec?.paused && { paused: true }),
  };
}

function changeOf(
  running: V1Deployment | undefined,
  changes: readonly string[],
  goal: Goal,
  simulation: Simulation,
): Change {
  if (!running) return "create";
  const [first, ...later] = simulation.frames;
  const touched = later.some(
    (frame) => first && Object.entries(frame.sets).some(([id, set]) => differs(first, id, set)),
  );
  if (goal.paused) return touched ? "scale" : "none";
  if (!touched && changes.length === 0) return "none";
  const kinds = Object.values(first?.sets ?? {}).filter(({ pods }) => pods > 0).length;
  if (changes.length === 0 && kinds <= 1 && !simulation.created[NEW_SET]) return "scale";
  return goal.room === "recreate" ? "recreate" : "roll";
}

const differs = (first: Frame, id: string, { pods }: { readonly pods: number }): boolean =>
  (first.sets[id]?.pods ?? 0) !== pods;

function podsAfter(sets: readonly OldSet[], simulation: Simulation, releaseOf: PlanContext["releaseOf"]): Counts {
  const last = simulation.frames.at(-1)?.sets ?? {};
  return addCounts(...sets.map(({ template, start }) => ({ [releaseOf(template)]: last[start.id]?.pods ?? 0 })));
}

function whichGo(sets: readonly OldSet[], simulation: Simulation, related: readonly V1Pod[]) {
  let more = 0;
  const choices = sets.map(({ active, missing, start }) => {
    const pods = simulation.kept[start.id] ?? 0;
    const kept = Math.min(active.length, pods);
    // Pods that come while the set is to shrink are chosen from like those that are there and not Ready either.
    const least = Math.max(pods - missing, active.filter(isReady).length);
    if (missing === 0 || pods === active.length + missing || least >= kept) {
      return choose(active, active.length - kept, related);
    }
    more += kept - least;
    const [going, staying] = [
      choose(active, active.length - kept, related),
      choose(active, active.length - least, related),
    ];
    const among = active.filter((pod) => !going.going.includes(pod) && !staying.staying.includes(pod));
    const goes = active.length - kept - going.going.length;
    return { going: going.going, staying: staying.staying, undecided: { goes, among } };
  });
  const names = (pods: readonly V1Pod[]) => pods.map(nameOf).sort();
  return {
    replaced: names(choices.flatMap(({ going }) => going)),
    surviving: names(choices.flatMap(({ staying }) => staying)),
    undecided: {
      goes: choices.reduce((sum, { undecided }) => sum + undecided.goes, 0),
      among: names(choices.flatMap(({ undecided }) => undecided.among)),
      ...(more > 0 && { more }),
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
  if (room === "recreate" || room.unavailable > 0) return { likely: "never" };
  if (room.surge < replicas) return { likely: "never", room: { surge: room.surge, replicas } };
  const { leastMs, perPodMs } = coming.timing.spread;
  const expectedMs = leastMs + perPodMs * (replicas - 1);
  const withinMs = soonestAvailableMs(minReadyMs);
  return { likely: withinMs > expectedMs, withinMs, expectedMs };
}

/** The shortest time for which a Ready pod goes on answering after it was told to stop. */
const answersMs = (sets: readonly OldSet[]): number =>
  Math.min(...sets.filter(({ start }) => start.ready > 0).map(({ timing }) => timing.stopMs.least));

/** The pods of each set. Those of a set that never gets ready count as Ready only if they are so now. */
export function revisionsIn(
  sets: readonly OldSet[],
  frames: readonly Frame[],
  { frames: slow }: Simulation,
  releaseOf: PlanContext["releaseOf"],
): Revision[] {
  return sets.map(({ template, timing, start: { id, ready } }) => {
    const counts = frames.flatMap((frame) => frame.sets[id] ?? []);
    const maxPods = Math.max(0, ...counts.map(({ pods }) => pods));
    return {
      release: releaseOf(template),
      labels: template.metadata?.labels ?? {},
      readyBefore: ready,
      minReady: Math.min(...counts.map((count) => count.ready)),
      maxReady: timing.neverReady ? ready : maxPods,
      readyAfter: slow.at(-1)?.sets[id]?.ready ?? 0,
      maxPods,
    };
  });
}

function whyItStops(sets: readonly OldSet[], { room }: Goal, { created }: Simulation): string {
  const coming = sets.filter(({ start }) => start.current || created[start.id]);
  const reason = coming.find(({ timing }) => timing.neverReady)?.timing.neverReady;
  const several = sets.filter(({ start }) => start.pods > 0).length > 1;
  if (room === "recreate" && several && created[NEW_SET] === undefined)
    return "Recreate does not scale while pods of several revisions are there";
  return reason ?? "pods that are there do not get ready";
}

export function peakOf(sets: readonly OldSet[], frames: readonly Frame[]): RolloutPlan["peak"] {
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
