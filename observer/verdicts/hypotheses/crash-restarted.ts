import Type from "typebox";
import { KUBERNETES_TIME_STEP_MS } from "../../course/cluster-clock.ts";
import type { PodCourse, Restart } from "../../course/course.ts";
import { podsWithin } from "../../course/queries.ts";
import { isWithin, type Span } from "../../course/span.ts";
import { count, duration, list } from "../../words.ts";
import { held, inconclusive, neverSeen, refuted } from "../finding.ts";
import { COUNT, defineKind, MILLISECONDS, STEP, stepOf } from "../kind.ts";

/** The kubelet looks again only every 10 to 15 s whether a back-off is over; without one it needs a moment to notice the end. */
const LOOKS_AGAIN_MS = 15_000;
const NOTICES_MS = 4000;

/** A container that exits is started again in the same pod, at least `times`, the back-off before each start as predicted. */
export const crashRestarted = defineKind({
  parameters: { step: STEP, times: COUNT, backOffMs: Type.Immutable(Type.Array(MILLISECONDS)) },
  sources: ["pods"],
  role: "question",
  aboutRestarts: true,
  meansRestarts: () => true,
  decide: ({ step, times, backOffMs }, scene) => {
    const span = stepOf(scene, step);
    const [most] = podsWithin(scene.course, span)
      .map((pod) => ({ pod, restarts: pod.restarts.filter(({ atMs }) => isWithin(atMs, span)) }))
      .toSorted((a, b) => b.restarts.length - a.restarts.length);
    const restarts = most?.restarts ?? [];
    const waits = restarts.map((restart) => waitBefore(restart));
    const evidence = restarts.flatMap(({ eventId, end }) =>
      end && end.eventId !== eventId ? [end.eventId, eventId] : [eventId],
    );
    const shown = waits.map((wait) => (wait ? duration(wait.ms) : "unknown"));
    const sentence =
      most && restarts.length > 0
        ? `pod ${most.pod.name} was started again ${count(restarts.length, "time")}, ${list(shown)} after its end (predicted: ${list(backOffMs.map(duration))})`
        : "no container was started again";

    const wrong = restarts.filter((restart, index) => {
      const predicted = backOffMs[restart.run - 1];
      const wait = waits[index];
      return predicted !== undefined && wait && !isAsPredicted(wait.ms, predicted);
    });
    if (wrong.length > 0) return refuted(sentence, evidence);
    if (restarts.length < times) {
      const isWaiting = most && isInBackOff(most.pod, span, backOffMs[restarts.length] ?? 0);
      if (isWaiting)
        return inconclusive(`${sentence}; the step ended within the next back-off`, [...evidence, ...isWaiting]);
      return neverSeen(`${sentence}; at least ${times} were claimed`, [span.startedId, ...evidence]);
    }
    const unknown = restarts.some((restart, index) => backOffMs[restart.run - 1] !== undefined && !waits[index]);
    return unknown ? inconclusive(`${sentence}; not every end and start was seen`, evidence) : held(sentence, evidence);
  },
});

/** From the end of a run to the start of the next, both by the cluster's clock; a second more or less. */
function waitBefore({ startedMs, end }: Restart): { ms: number } | undefined {
  if (startedMs === undefined || end?.finishedMs === undefined) return undefined;
  return { ms: Math.max(0, startedMs - end.finishedMs) };
}

const isAsPredicted = (waitedMs: number, predictedMs: number): boolean =>
  waitedMs >= predictedMs - KUBERNETES_TIME_STEP_MS &&
  waitedMs <= predictedMs + KUBERNETES_TIME_STEP_MS + (predictedMs === 0 ? NOTICES_MS : LOOKS_AGAIN_MS);

/** The events of a crash whose wait is not over at the step's end. */
function isInBackOff(pod: PodCourse, span: Span, predictedMs: number): readonly number[] | undefined {
  const crashed = pod.intervals.find(
    ({ state, fromMs, untilMs }) => state === "crashed" && fromMs < span.untilMs && untilMs >= span.untilMs,
  );
  return crashed && span.untilMs - crashed.fromMs < predictedMs + LOOKS_AGAIN_MS ? crashed.eventIds : undefined;
}
