import type { PodState } from "../../course/course.ts";
import { intervalAt, podsWithin } from "../../course/queries.ts";
import { isWithin, overlaps } from "../../course/span.ts";
import { count, howEnded, list } from "../../words.ts";
import { isMeant } from "../doubts.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** States in which a pod's container has ended. */
const DOWN = new Set<PodState | undefined>(["crashed", "ended"]);

/** During the step no container restarts, except where another hypothesis claims it. */
export const noRestarts = defineKind({
  parameters: { step: STEP },
  sources: ["pods"],
  role: "question",
  aboutRestarts: true,
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const pods = podsWithin(scene.course, span);
    // A faulty pod of an earlier step restarts until it is replaced: those restarts belong to that step's hypothesis.
    const restarts = pods.flatMap((pod) =>
      pod.restarts.filter(({ atMs }) => isWithin(atMs, span) && !isMeant(scene, pod, atMs)),
    );
    if (restarts.length > 0) {
      const reasons = restarts.map(({ end }) => (end ? howEnded(end) : "reason not seen"));
      return refuted(
        `${count(restarts.length, "restart")} (${list([...new Set(reasons)])})`,
        restarts.map(({ eventId }) => eventId),
      );
    }
    const ran = pods.filter((pod) => pod.intervals.some((one) => one.state !== "pending" && overlaps(one, span)));
    if (ran.length === 0) return inconclusive("no container was seen to run", [span.startedId]);
    const down = ran.filter((pod) => DOWN.has(intervalAt(pod, span.untilMs)?.state));
    if (down.length > 0) {
      return inconclusive(
        `the container of ${list(down.map(({ name }) => name))} has ended and was not started again by the step's end`,
        down.flatMap((pod) => pod.intervals.at(-1)?.eventIds ?? []),
      );
    }
    return held(
      `0 restarts of ${count(ran.length, "pod")}`,
      ran.flatMap((pod) => pod.intervals.at(-1)?.eventIds.slice(-1) ?? []),
    );
  },
});
