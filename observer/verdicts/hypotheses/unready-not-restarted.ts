import type { PodCourse } from "../../course/course.ts";
import { podsBehind, podsWithin } from "../../course/queries.ts";
import { isWithin, overlaps } from "../../course/span.ts";
import { count, duration, list } from "../../words.ts";
import { held, inconclusive, neverSeen, refuted } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** How long an unready pod may stay in the endpoints: the endpoints controller and two watches need time. */
const ENDPOINTS_FOLLOW_MS = 2000;

/** During the step a pod stops being Ready, leaves the endpoints, and is not restarted. */
export const unreadyNotRestarted = defineKind({
  parameters: { step: STEP },
  sources: ["pods", "endpoints"],
  role: "question",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { endpoints } = scene.course;
    const fell = podsWithin(scene.course, span).flatMap((pod) => {
      const interval = pod.intervals.find(({ state, fromMs }) => state === "unready" && isWithin(fromMs, span));
      // Only the part within the step counts.
      return interval ? [{ pod, interval: { ...interval, untilMs: Math.min(interval.untilMs, span.untilMs) } }] : [];
    });
    if (fell.length === 0) return neverSeen("no pod stopped being Ready", [span.startedId]);
    const evidence = fell.flatMap(({ interval }) => interval.eventIds.slice(0, 1));
    const restarts = fell.flatMap(({ pod }) => pod.restarts.filter(({ atMs }) => isWithin(atMs, span)));
    if (restarts.length > 0) {
      return refuted(`${nameAll(fell)} stopped being Ready and restarted ${count(restarts.length, "time")}`, [
        ...evidence,
        ...restarts.map(({ eventId }) => eventId),
      ]);
    }
    const left = fell.map(({ pod, interval }) => ({
      pod,
      interval,
      without: endpoints.find((one) => overlaps(one, interval) && !podsBehind(scene.course, one).includes(pod)),
    }));
    const stayed = left.filter(({ without }) => !without);
    const observed = stayed.filter(({ interval }) => interval.untilMs - interval.fromMs >= ENDPOINTS_FOLLOW_MS);
    if (observed.length > 0)
      return neverSeen(`${nameAll(observed)} stopped being Ready but stayed in the endpoints`, evidence);
    if (stayed.length > 0) {
      return inconclusive(`${nameAll(stayed)} was unready for less than ${duration(ENDPOINTS_FOLLOW_MS)}`, evidence);
    }
    const latest = left
      .map(({ interval, without }) => Math.max(0, (without?.fromMs ?? interval.fromMs) - interval.fromMs))
      .reduce((a, b) => Math.max(a, b), 0);
    return held(
      `${nameAll(fell)} stopped being Ready, was out of the endpoints ${duration(latest)} later, and did not restart`,
      [...evidence, ...left.flatMap(({ without }) => without?.eventIds ?? [])],
    );
  },
});

const nameAll = (fell: readonly { readonly pod: PodCourse }[]): string =>
  `${fell.length === 1 ? "pod" : "pods"} ${list(fell.map(({ pod }) => pod.name))}`;
