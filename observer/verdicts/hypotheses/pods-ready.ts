import { KUBERNETES_TIME_STEP_MS } from "../../course/cluster-clock.ts";
import type { PodCourse } from "../../course/course.ts";
import { isReadyAt, presentAt, stateAt } from "../../course/queries.ts";
import { count, duration, list, were } from "../../words.ts";
import { endEvidence, ended } from "../evidence.ts";
import { held, inconclusive, refuted, refutedAtEnd } from "../finding.ts";
import { COUNT, defineKind, MILLISECONDS, STEP, stepOf } from "../kind.ts";

/** At the step's end `pods` pods are Ready, each within `withinMs` of its creation. */
export const podsReady = defineKind({
  parameters: { step: STEP, pods: COUNT, withinMs: MILLISECONDS },
  sources: ["pods"],
  role: "routine",
  decide: ({ step, pods, withinMs }, scene) => {
    const span = stepOf(scene, step);
    const present = presentAt(scene.course, span.untilMs);
    const ready = present.filter((pod) => isReadyAt(pod, span.untilMs));
    if (ready.length !== pods) {
      const others = present
        .filter((pod) => !ready.includes(pod))
        .map((pod) => `${pod.name} ${stateAt(pod, span.untilMs)}`);
      return refutedAtEnd(
        `at the end ${count(ready.length, "pod is", "pods are")} Ready, ${pods} ${were(pods)} claimed${others.length > 0 ? ` (${list(others)})` : ""}`,
        [...endEvidence(present, span), ...ended(span)],
      );
    }
    const times = ready.map((pod) => ({ pod, ...readyAfter(pod) })).toSorted((a, b) => b.mostMs - a.mostMs);
    const [slowest] = times;
    const evidence = times.flatMap(({ pod }) => [
      pod.firstEventId,
      ...(pod.firstReady ? [pod.firstReady.eventId] : []),
    ]);
    const late = times.filter(({ leastMs }) => leastMs > withinMs);
    if (late.length > 0) {
      const names = late.map(({ pod, mostMs }) => `${pod.name} after ${duration(mostMs)}`);
      return refuted(`Ready later than ${duration(withinMs)} after creation: ${list(names)}`, evidence);
    }
    if (slowest && slowest.mostMs > withinMs) {
      return inconclusive(
        `pod ${slowest.pod.name} was Ready between ${duration(slowest.leastMs)} and ${duration(slowest.mostMs)} after its creation, which ${duration(withinMs)} does not part`,
        evidence,
      );
    }
    const slowestOf = ready.length > 1 ? "the slowest " : "";
    const after = slowest ? `, ${slowestOf}${duration(slowest.mostMs)} after its creation` : "";
    return held(`${count(ready.length, "pod")} Ready${after}`, evidence);
  },
});

/**
 * Bounds of the time from a pod's creation to Ready, in ms.
 *
 * Example: the cluster says created at 12 s and Ready since 17 s, in whole seconds. That is 4 s to 6 s. A pod that came during
 * the recording, seen first at 12.3 s and Ready at 17.6 s, took at most 5.3 s.
 */
function readyAfter(pod: PodCourse): { leastMs: number; mostMs: number } {
  const { firstReady } = pod;
  if (!firstReady) return { leastMs: 0, mostMs: Number.POSITIVE_INFINITY };
  const sinceMs = firstReady.sinceMs ?? firstReady.atMs;
  const leastMs = Math.max(0, sinceMs - pod.createdMs - KUBERNETES_TIME_STEP_MS);
  // The watch reports a new pod within milliseconds of its creation, and Ready no earlier than it is true.
  if (!pod.listed)
    return { leastMs: Math.min(leastMs, firstReady.atMs - pod.fromMs), mostMs: firstReady.atMs - pod.fromMs };
  return { leastMs, mostMs: sinceMs - pod.createdMs + KUBERNETES_TIME_STEP_MS };
}
