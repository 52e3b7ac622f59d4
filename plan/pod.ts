import type { V1Pod } from "@kubernetes/client-node";
import { byRelease, isActive, isReady, isStopping, nameOf } from "../kubernetes/pods.ts";
import { NO_REQUESTS, requestsOf } from "../kubernetes/requests.ts";
import type { PlanContext } from "./plan-context.ts";
import { NEVER_MS, startBudgetMs, timingOf } from "./pod-timing.ts";
import { comingRevision, type Revision, readyOf, revisionsOf } from "./revision.ts";
import { type PlannedFrame, type RolloutPlan, untouched } from "./rollout-plan.ts";
import { IMAGE_PATH, podChanges, podSpecChanges } from "./template/template-change.ts";

/**
 * Plans a bare Pod. Its name is fixed, so the old one has to be gone before a new one is created. Pulumi does both by itself. Others
 * can only change what the API server lets them: other images restart the containers in the Pod that there is, and any other field
 * is refused.
 */
export function planPod(wanted: V1Pod, running: V1Pod | undefined, context: PlanContext): RolloutPlan {
  const { releaseOf } = context;
  const changes = running ? podChanges(wanted, running, context) : [];
  // Labels and annotations change in place. A Pod that has ended does not start again.
  const ofSpec = running ? podSpecChanges(wanted, running) : [];
  const isOver = running !== undefined && !isActive(running);
  const replaces = context.appliedBy === "pulumi";
  const restarts = !replaces && !isOver && ofSpec.length > 0 && ofSpec.every((path) => IMAGE_PATH.test(path));
  const refused = replaces || !running ? undefined : refusalOf(ofSpec, isOver, restarts);
  const fresh = !running || (replaces && (isOver || ofSpec.length > 0));
  const changed = fresh || restarts;
  const readyBefore = running && isActive(running) && isReady(running) ? 1 : 0;
  const timing = timingOf(wanted, context);
  const stopMs = running && holds(running) ? timingOf(running, context).stopMs : { least: 0, most: 0 };
  const downMs = { least: stopMs.least + timing.startMs.least, most: stopMs.most + timing.startMs.most };
  const startMs = timing.neverReady ? undefined : startBudgetMs(wanted);
  const before = running && isActive(running) ? byRelease([running], releaseOf) : {};
  const common = {
    ...untouched,
    kind: "Pod" as const,
    name: nameOf(wanted),
    ...(running && { releaseBefore: releaseOf(running) }),
    releaseAfter: releaseOf(wanted),
    templateChanges: changes,
    podsBefore: before,
    readyBefore,
    maxPods: 1,
    peak: { pods: 1, ...(changed ? larger(running, wanted) : requestsOf(wanted.spec)) },
    revisions:
      running && !changed
        ? stayingRevisions(wanted, running, changes, context)
        : replacedRevisions(wanted, running, context),
    ...(refused && { refused }),
  };
  if (!changed) {
    return { ...common, change: "none", podsAfter: before, minReady: readyBefore, surviving: [nameOf(wanted)] };
  }
  return {
    ...common,
    change: restarts ? "restart" : running && isActive(running) ? "replace" : "create",
    podsAfter: { [releaseOf(wanted)]: 1 },
    minReady: 0,
    outage: readyBefore > 0,
    ...(readyBefore > 0 && {
      outageMs: timing.neverReady ? { least: NEVER_MS, most: NEVER_MS } : downMs,
      answersMs: stopMs.least,
    }),
    replaced: running && !restarts ? [nameOf(running)] : [],
    created: restarts ? 0 : 1,
    waves: 1,
    durationMs: timing.neverReady ? context.waitingMs : downMs,
    ...(startMs !== undefined && { budgetMs: stopMs.most + startMs }),
    frames: framesOf(common, timing.neverReady ? undefined : { stopMs: stopMs.most, downMs: downMs.most }),
    ...(timing.neverReady && { stops: timing.neverReady }),
  };
}

/** Why the API server refuses what `kubectl apply` or Helm sends: of a Pod's spec, only images change in place. */
function refusalOf(ofSpec: readonly string[], isOver: boolean, restarts: boolean): string | undefined {
  if (isOver) return "the Pod has ended, and does not start again";
  if (ofSpec.length === 0 || restarts) return undefined;
  return `of a Pod's spec only images may change in place, not ${ofSpec.filter((path) => !IMAGE_PATH.test(path)).join(", ")}`;
}

/** At first the old Pod runs, then it stops, then the new one starts; without `times` the new one never gets ready. */
function framesOf(
  { readyBefore, releaseBefore, releaseAfter }: { readyBefore: number; releaseBefore?: string; releaseAfter: string },
  times: { readonly stopMs: number; readonly downMs: number } | undefined,
): PlannedFrame[] {
  const none = { ready: 0, starting: 0, stopping: 0 };
  const ready = (release: string) => ({ [release]: { ...none, ready: 1 } });
  const old = releaseBefore !== undefined && readyBefore > 0 ? releaseBefore : undefined;
  const goneAtMs = old === undefined ? 0 : (times?.stopMs ?? 0);
  return [
    { atMs: 0, pods: old === undefined ? {} : ready(old) },
    ...(old === undefined ? [] : [{ atMs: 0, pods: { [old]: { ...none, stopping: 1 } } }]),
    { atMs: goneAtMs, pods: { [releaseAfter]: { ...none, starting: 1 } } },
    ...(times ? [{ atMs: times.downMs, pods: ready(releaseAfter) }] : []),
  ];
}

/** A Pod that stays; it is of another revision once its labels have changed in place. */
function stayingRevisions(
  wanted: V1Pod,
  running: V1Pod,
  changes: readonly string[],
  { releaseOf }: PlanContext,
): Revision[] {
  if (!changes.some((path) => path.startsWith("metadata.labels"))) return revisionsOf([running], readyOf, releaseOf);
  const labelled = { ...comingRevision(wanted, 1, false, releaseOf), readyAfter: readyOf([running]) };
  return [...revisionsOf([running], () => 0, releaseOf), labelled];
}

const replacedRevisions = (wanted: V1Pod, running: V1Pod | undefined, context: PlanContext): Revision[] => [
  ...revisionsOf(running && isActive(running) ? [running] : [], () => 0, context.releaseOf),
  comingRevision(wanted, 1, timingOf(wanted, context).neverReady !== undefined, context.releaseOf),
];

const holds = (pod: V1Pod): boolean => isActive(pod) || isStopping(pod);

/** The larger requests of the two: the old and the new Pod never run at once. */
function larger(running: V1Pod | undefined, wanted: V1Pod) {
  const [old, fresh] = [running && holds(running) ? requestsOf(running.spec) : NO_REQUESTS, requestsOf(wanted.spec)];
  return {
    cpuMillicores: Math.max(old.cpuMillicores, fresh.cpuMillicores),
    memoryBytes: Math.max(old.memoryBytes, fresh.memoryBytes),
  };
}
