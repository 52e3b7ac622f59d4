import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { hasEnded, isReady, isStopping, nameOf, readySinceMs } from "../../kubernetes/pods.ts";
import type { PlanContext } from "../plan-context.ts";
import { NEW_SET } from "../simulated-frames.ts";
import { isStuck } from "../starting-pods.ts";
import { withNamedMetadata } from "../template/made-of.ts";
import { podChanges, templateChanges } from "../template/template-change.ts";
import type { OrderedPod } from "./ordered-simulation.ts";

const REVISION_LABEL = "controller-revision-hash";

/** The id of a pod's revision: the hash that its StatefulSet gave it. */
const hashOf = (pod: V1Pod): string => pod.metadata?.labels?.[REVISION_LABEL] ?? "unknown";

/** The number at the end of a pod's name; undefined where somebody else named it. */
export function ordinalOf(pod: V1Pod): number | undefined {
  const digits = /-(\d+)$/.exec(nameOf(pod))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Finds the revision of a StatefulSet's pods: NEW_SET for pods that already are as the wanted template says, else their hash. */
export function revisionFinder(
  wanted: V1StatefulSet,
  running: V1StatefulSet | undefined,
  context: PlanContext,
): (pod: V1Pod) => string {
  const template = wanted.spec?.template ?? {};
  const last = running?.spec?.template;
  const { generation = 0 } = running?.metadata ?? {};
  // Before the controller has seen the last change, its status still names the revision of before.
  const isSeen = (running?.status?.observedGeneration ?? generation) >= generation;
  const stays = isSeen && last !== undefined && templateChanges(template, last, context).length === 0;
  const current = isSeen && last !== undefined ? running?.status?.updateRevision : undefined;
  return (pod) => {
    const hash = hashOf(pod);
    if (stays) return hash === current ? NEW_SET : hash;
    // A pod does not tell all of its template from what admission added; its revision does.
    if (hash === current) return hash;
    // A template may come back: then its pods have it already.
    const known = withNamedMetadata(pod, [template, ...(last ? [last] : [])]);
    const isWanted = podChanges(template, known, context).length === 0;
    return isWanted ? NEW_SET : hash;
  };
}

/** The id of the revision that pods below the partition are created of. */
export function revisionBelow(
  running: V1StatefulSet | undefined,
  pods: readonly V1Pod[],
  revisionOf: (pod: V1Pod) => string,
): string {
  const current = running?.status?.currentRevision;
  if (!current) return NEW_SET;
  const one = pods.find((pod) => hashOf(pod) === current);
  return one ? revisionOf(one) : current;
}

/** A pod as the simulation takes it; `available` is how many of the set's Ready pods are available. */
export function orderedPods(
  pods: readonly V1Pod[],
  revisionOf: (pod: V1Pod) => string,
  available: number,
): readonly OrderedPod[] {
  const ready = pods.filter((pod) => isReady(pod) && !isStopping(pod) && !hasEnded(pod));
  // Those that have been Ready for the shortest time are not available yet.
  const oldest = ready.toSorted((a, b) => readySinceMs(a) - readySinceMs(b)).slice(0, available);
  return pods.flatMap((pod) => {
    const ordinal = ordinalOf(pod);
    if (ordinal === undefined) return [];
    const state = stateOf(pod);
    return { ordinal, set: revisionOf(pod), state: state === "ready" && oldest.includes(pod) ? "available" : state };
  });
}

function stateOf(pod: V1Pod): OrderedPod["state"] {
  if (hasEnded(pod)) return "ended";
  if (pod.metadata?.deletionTimestamp) return "stopping";
  if (isReady(pod)) return "ready";
  return isStuck(pod) ? "stuck" : "starting";
}
