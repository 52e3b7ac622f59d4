import { KUBERNETES_TIME_STEP_MS } from "../../course/cluster-clock.ts";
import type { PodCourse, Restart } from "../../course/course.ts";
import { podAbout, podsWithin } from "../../course/queries.ts";
import { isWithin } from "../../course/span.ts";
import type { Event } from "../../events.ts";
import { duration } from "../../words.ts";
import { held, inconclusive, neverSeen, refuted } from "../finding.ts";
import { defineKind, MILLISECONDS, STEP, stepOf } from "../kind.ts";

type Told = Extract<Event, { type: "kubernetes-event" }>;

/** Tolerance for the kubelet's own schedule and for the time that its events take to the observer. */
const SLACK_MS = 1000;
/** Exit code of a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/**
 * A process hangs `hangAfterMs` after its start. Its liveness probe fails within failureThreshold x period + timeout
 * (`detectWithinMs`), so that the kubelet asks it to end; a hanging process ignores SIGTERM, and SIGKILL ends it `graceMs` later.
 *
 * Example: a start at 13 s, `hangAfterMs` 4 s, `detectWithinMs` 7 s, `graceMs` 2 s. The kubelet has to report `Killing` by 24 s,
 * and the process has to be dead 2 s after that report; each may be 1 s late.
 */
export const hangKilled = defineKind({
  parameters: { step: STEP, hangAfterMs: MILLISECONDS, detectWithinMs: MILLISECONDS, graceMs: MILLISECONDS },
  sources: ["pods", "kubernetes-events", "clock"],
  role: "question",
  aboutRestarts: true,
  meansRestarts: () => true,
  decide: ({ step, hangAfterMs, detectWithinMs, graceMs }, scene) => {
    const span = stepOf(scene, step);
    const told = scene.recording.events.filter(
      (event): event is Told => event.type === "kubernetes-event" && isWithin(event.atMs, span),
    );
    const pods = podsWithin(scene.course, span);
    const [killed] = told.flatMap((killing) => {
      const pod = podAbout(scene.course, killing);
      return pod && pods.includes(pod) && isGivenUp(killing) ? [{ killing, pod }] : [];
    });
    if (!killed) {
      const restarts = pods.flatMap((one) => one.restarts.filter(({ atMs }) => isWithin(atMs, span)));
      const otherwise = restarts.length > 0 ? `; the container ended otherwise (${endInWords(restarts[0])})` : "";
      return neverSeen(`no liveness probe had a container killed${otherwise}`, [
        span.startedId,
        ...restarts.map(({ eventId }) => eventId),
      ]);
    }
    const { killing, pod } = killed;
    const ofPod = told.filter((event) => podAbout(scene.course, event) === pod);
    const start = startBefore(killing, pod, ofPod);
    const restart = pod.restarts.find(({ atMs }) => isWithin(atMs, { ...span, fromMs: killing.atMs }));
    const evidence = [start?.id, killing.id, restart?.eventId].filter((id) => id !== undefined);
    if (!start) return inconclusive(`when the process of ${pod.name} started was not seen`, evidence);

    // Where only the whole second of the start is known, the process may have started at any time within it.
    const mostMs = killing.atMs - start.atMs - hangAfterMs;
    const leastMs = mostMs - start.vagueMs;
    const found = `the liveness probe gave the process up ${duration(mostMs)} after it hung, of at most ${duration(detectWithinMs)}`;
    if (leastMs > detectWithinMs + SLACK_MS) return refuted(found, evidence);
    if (mostMs < 0)
      return refuted(`the liveness probe gave the process up ${duration(-mostMs)} before it was to hang`, evidence);

    if (!restart) return neverSeen(`${found}; but it was not started again`, evidence);
    const { end } = restart;
    if (end?.exitCode === undefined) return inconclusive(`${found}; how it ended was not seen`, evidence);
    if (end.exitCode !== KILLED) return refuted(`${found}; it ended by itself (${endInWords(restart)})`, evidence);
    const deadMs =
      end.finishedMs === undefined ? restart.atMs : Math.min(end.finishedMs + KUBERNETES_TIME_STEP_MS, end.atMs);
    const diedMs = Math.max(0, deadMs - killing.atMs);
    const died = `${found}; it was dead (exit code ${KILLED}) ${duration(diedMs)} later, the grace being ${duration(graceMs)}`;
    if (diedMs - KUBERNETES_TIME_STEP_MS > graceMs + SLACK_MS) return refuted(died, evidence);
    if (mostMs > detectWithinMs + SLACK_MS) return inconclusive(`${died}; whole seconds do not decide it`, evidence);
    return held(died, evidence);
  },
});

const isGivenUp = ({ reason, message }: Told): boolean => reason === "Killing" && /liveness/i.test(message);

/** The last start before `killing`: from the kubelet's event, else from the container's status, which gives whole seconds. */
function startBefore(
  killing: Told,
  pod: PodCourse,
  ofPod: readonly Told[],
): { readonly id: number; readonly atMs: number; readonly vagueMs: number } | undefined {
  const started = ofPod.findLast(({ reason, atMs }) => reason === "Started" && atMs <= killing.atMs);
  if (started) return { id: started.id, atMs: started.atMs, vagueMs: 0 };
  const ended = pod.ends.find(
    ({ startedMs, atMs }) => startedMs !== undefined && startedMs <= killing.atMs && atMs >= killing.atMs,
  );
  return ended?.startedMs === undefined
    ? undefined
    : { id: ended.eventId, atMs: ended.startedMs, vagueMs: KUBERNETES_TIME_STEP_MS };
}

const endInWords = (restart: Restart | undefined): string =>
  `${restart?.end?.reason ?? "reason not seen"}, exit code ${restart?.end?.exitCode ?? "not seen"}`;
