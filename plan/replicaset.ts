import type { V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { Live } from "../kubernetes/live.ts";
import { byRelease, isActive, isStopping, nameOf, podsOf } from "../kubernetes/pods.ts";
import { requestsOf, sumRequests } from "../kubernetes/requests.ts";
import type { PlanContext } from "./plan-context.ts";
import { choose } from "./pod-ranking.ts";
import { soonestAvailableMs, startBudgetMs, timingOf } from "./pod-timing.ts";
import { comingRevision, readyOf, revisionsOf } from "./revision.ts";
import { addCounts, type Change, type RolloutPlan } from "./rollout-plan.ts";
import { templateChanges } from "./template/template-change.ts";

/**
 * Plans what a ReplicaSet does: it creates missing pods from its template of that moment, and deletes surplus ones. A new
 * template alone replaces no pod.
 */
export function planReplicaSet(
  wanted: V1ReplicaSet,
  live: Live,
  running: V1ReplicaSet | undefined,
  context: PlanContext,
): RolloutPlan {
  const { releaseOf } = context;
  const template = wanted.spec?.template ?? {};
  const owned = running ? podsOf(live, nameOf(running)) : [];
  const active = owned.filter(isActive);
  const before = active.length;
  const replicas = wanted.spec?.replicas ?? 1;
  const created = Math.max(0, replicas - before);
  const { going, staying, undecided } = choose(active, Math.max(0, before - replicas));
  const readyBefore = readyOf(active);
  const minReady = Math.min(readyBefore, replicas);
  const timing = timingOf(template, context);
  const changes = running?.spec?.template ? templateChanges(template, running.spec.template, context) : [];
  const stops = created > 0 ? timing.neverReady : undefined;
  const minReadyMs = (wanted.spec?.minReadySeconds ?? 0) * 1000;
  const availableMs = {
    least: timing.startMs.least + soonestAvailableMs(minReadyMs),
    most: timing.startMs.most + minReadyMs,
  };
  // Surplus pods are told to stop at once, and a pod that terminates does not count.
  const durationMs = created > 0 ? availableMs : { least: 0, most: 0 };
  const startMs = created > 0 && !stops ? startBudgetMs(template) : undefined;
  const stopping = owned.filter(isStopping);
  const held = [...active, ...stopping].map(({ spec }) => [requestsOf(spec), 1] as const);
  const staysReady = (alike: readonly V1Pod[]) =>
    readyOf(alike.filter((pod) => staying.includes(pod))) +
    Math.max(0, readyOf(alike.filter((pod) => undecided.among.includes(pod))) - undecided.goes);
  return {
    kind: "ReplicaSet",
    name: nameOf(wanted),
    change: changeOf(running, changes.length > 0, before !== replicas),
    ...(running?.spec?.template && { releaseBefore: releaseOf(running.spec.template) }),
    releaseAfter: releaseOf(template),
    templateChanges: changes,
    podsBefore: byRelease(active, releaseOf),
    podsAfter: addCounts(
      byRelease(staying, releaseOf),
      share(byRelease(undecided.among, releaseOf), undecided),
      created > 0 ? { [releaseOf(template)]: created } : {},
    ),
    readyBefore,
    maxPods: Math.max(before, replicas),
    minReady,
    outage: readyBefore > 0 && minReady === 0,
    replaced: going.map(nameOf).sort(),
    surviving: staying.map(nameOf).sort(),
    undecided: { goes: undecided.goes, among: undecided.among.map(nameOf).sort() },
    created,
    waves: created > 0 ? 1 : 0,
    durationMs: stops ? context.waitingMs : durationMs,
    ...(startMs !== undefined && { budgetMs: startMs + minReadyMs }),
    ...(stops && { stops }),
    peak: {
      pods: before + stopping.length + created,
      ...sumRequests([...held, [requestsOf(template.spec), created]]),
    },
    revisions: [
      ...revisionsOf(active, staysReady, releaseOf),
      comingRevision(template, created, timing.neverReady !== undefined, releaseOf),
    ],
  };
}

function changeOf(running: V1ReplicaSet | undefined, template: boolean, number: boolean): Change {
  if (!running) return "create";
  if (template) return "mixed";
  return number ? "scale" : "none";
}

/** The pods left of those among which Kubernetes chooses, by release; `v1 or v2` if they are of several. */
function share(
  counts: Readonly<Record<string, number>>,
  { goes, among }: { readonly goes: number; readonly among: readonly unknown[] },
): Readonly<Record<string, number>> {
  const releases = Object.keys(counts);
  const left = among.length - goes;
  return releases.length <= 1
    ? Object.fromEntries(releases.map((release) => [release, left]))
    : { [releases.sort().join(" or ")]: left };
}
