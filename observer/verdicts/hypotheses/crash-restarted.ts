import Type from "typebox";
import { KUBERNETES_TIME_STEP_MS } from "../../course/cluster-clock.ts";
import type { PodCourse, Restart } from "../../course/course.ts";
import { podsWithin } from "../../course/queries.ts";
import { isWithin, type Span } from "../../course/span.ts";
import { count, duration, list, were } from "../../words.ts";
import { held, inconclusive, neverSeen, refuted } from "../finding.ts";
import { COUNT, defineKind, MILLISECONDS, STEP, stepOf } from "../kind.ts";

/**
 * After a back-off the kubelet starts the container up to 15 s late: it checks only every 10 to 15 s. Without one it needs up
 * to 4 s.
 */
const LOOKS_AGAIN_MS = 15_000;
const NOTICES_MS = 4000;

/**
 * A container that exits is restarted in the same pod, at least `times` times. `backOffMs` holds the predicted wait before each
 * restart, the first one first.
 *
 * Example: 10 s are predicted. Waits of 9 s to 26 s agree: 1 s either way for whole seconds, and 15 s for the kubelet's checks.
 * Where 0 s are predicted, waits of up to 5 s agree.
 */
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
      return neverSeen(`${sentence}; at least ${times} ${were(times)} claimed`, [span.startedId, ...evidence]);
    }
    const unknown = restarts.some((restart, index) => backOffMs[restart.run - 1] !== undefined && !waits[index]);
    return unknown ? inconclusive(`${sentence}; not every end and start was seen`, evidence) : held(sentence, evidence);
  },
});

/**
 * The time from the end of a run to the start of the next. The cluster gives both in whole seconds, so it is 1 s more or less.
 */
function waitBefore({ startedMs, end }: Restart): { ms: number } | undefined {
  if (startedMs === undefined || end?.finishedMs === undefined) return undefined;
  return { ms: Math.max(0, startedMs - end.finishedMs) };
}

const isAsPredicted = (waitedMs: number, predictedMs: number): boolean =>
  waitedMs >= predictedMs - KUBERNETES_TIME_STEP_MS &&
  waitedMs <= predictedMs + KUBERNETES_TIME_STEP_MS + (predictedMs === 0 ? NOTICES_MS : LOOKS_AGAIN_MS);

/** Ids of the events of a crash whose back-off may still go on at the step's end; undefined where there is none. */
function isInBackOff(pod: PodCourse, span: Span, predictedMs: number): readonly number[] | undefined {
  const crashed = pod.intervals.find(
    ({ state, fromMs, untilMs }) => state === "crashed" && fromMs < span.untilMs && untilMs >= span.untilMs,
  );
  return crashed && span.untilMs - crashed.fromMs < predictedMs + LOOKS_AGAIN_MS ? crashed.eventIds : undefined;
}
