import type { V1Pod } from "@kubernetes/client-node";
import { byRelease, isActive, isReady, isStopping, nameOf, releaseOf } from "../kubernetes/pods.ts";
import { NO_REQUESTS, requestsOf } from "../kubernetes/requests.ts";
import { NEVER_MS, timingOf, WAITING_MS } from "./pod-timing.ts";
import { comingRevision, type Revision, readyOf, revisionsOf } from "./revision.ts";
import { type RolloutPlan, untouched } from "./rollout-plan.ts";
import { specChanges, templateChanges } from "./template-change.ts";

/** Plans a bare Pod. Its name is fixed, so the old one has to be gone before the new one is created. */
export function planPod(wanted: V1Pod, running: V1Pod | undefined): RolloutPlan {
  const changes = running ? templateChanges(wanted, running) : [];
  // Labels and annotations change in place. A Pod that has ended does not start again, so it is replaced as well.
  const fresh = !running || !isActive(running) || specChanges(wanted, running).length > 0;
  const readyBefore = running && isActive(running) && isReady(running) ? 1 : 0;
  const timing = timingOf(wanted);
  const stopMs = running && holds(running) ? timingOf(running).stopMs : { least: 0, most: 0 };
  const downMs = { least: stopMs.least + timing.startMs.least, most: stopMs.most + timing.startMs.most };
  const before = running && isActive(running) ? byRelease([running]) : {};
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
    peak: { pods: 1, ...(fresh ? larger(running, wanted) : requestsOf(wanted.spec)) },
    revisions: running && !fresh ? stayingRevisions(wanted, running, changes) : replacedRevisions(wanted, running),
  };
  if (!fresh) {
    return { ...common, change: "none", podsAfter: before, minReady: readyBefore, surviving: [nameOf(wanted)] };
  }
  return {
    ...common,
    change: running && isActive(running) ? "replace" : "create",
    podsAfter: { [releaseOf(wanted)]: 1 },
    minReady: 0,
    outage: readyBefore > 0,
    ...(readyBefore > 0 && {
      outageMs: timing.neverReady ? { least: NEVER_MS, most: NEVER_MS } : downMs,
      answersMs: stopMs.least,
    }),
    replaced: running ? [nameOf(running)] : [],
    created: 1,
    waves: 1,
    durationMs: timing.neverReady ? WAITING_MS : downMs,
    ...(timing.neverReady && { stops: timing.neverReady }),
  };
}

/** A Pod that stays; it is of another revision once its labels have changed in place. */
function stayingRevisions(wanted: V1Pod, running: V1Pod, changes: readonly string[]): Revision[] {
  if (!changes.some((path) => path.startsWith("metadata.labels"))) return revisionsOf([running], readyOf);
  const labelled = { ...comingRevision(wanted, 1, false), readyAfter: readyOf([running]) };
  return [...revisionsOf([running], () => 0), labelled];
}

const replacedRevisions = (wanted: V1Pod, running: V1Pod | undefined): Revision[] => [
  ...revisionsOf(running && isActive(running) ? [running] : [], () => 0),
  comingRevision(wanted, 1, timingOf(wanted).neverReady !== undefined),
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
