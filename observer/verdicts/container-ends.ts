import type { ContainerEnd, PodCourse } from "../course/course.ts";
import { count, duration, list } from "../words.ts";
import { isPlanned } from "./doubts.ts";
import { held, neverSeen, refuted, undecided } from "./finding.ts";
import type { Interpreter } from "./interpreter.ts";
import { STEP } from "./parameters.ts";
import { intervalAt, podsWithin, type Span, stepOf } from "./scene.ts";

/** A container is ended for its memory and started again in the same pod. */
export const oomKilled: Interpreter<"oom-killed"> = {
  parameters: { step: STEP },
  sources: ["pods"],
  aboutRestarts: true,
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const pods = podsWithin(scene.course, span);
    const restarts = pods.flatMap((pod) => pod.restarts.filter((restart) => isWithin(restart, span)));
    const killed = restarts.filter(({ end }) => end?.oomKilled);
    if (killed.length > 0) {
      const times = count(killed.length, "time");
      const names = pods.filter((pod) => pod.restarts.some((one) => killed.includes(one))).map(({ name }) => name);
      return held(
        `killed for its memory (OOMKilled) and started again ${times} in ${list(names)}, first ${duration((killed[0]?.atMs ?? 0) - span.fromMs)} after the step began`,
        killed.flatMap(({ eventId, end }) => (end && end.eventId !== eventId ? [end.eventId, eventId] : [eventId])),
      );
    }
    const ends = pods.flatMap((pod) => pod.ends.filter((end) => isWithin(end, span)));
    const waiting = ends.filter((end) => end.oomKilled);
    if (waiting.length > 0) {
      return neverSeen(
        `killed for its memory (OOMKilled), but not started again`,
        waiting.map(({ eventId }) => eventId),
      );
    }
    const other = ends.length > 0 ? `; it ended otherwise: ${list(ends.map(howEnded))}` : "";
    return neverSeen(`no container was killed for its memory${other}`, [
      span.startedId,
      ...ends.map(({ eventId }) => eventId),
    ]);
  },
};

/** No container restarts. */
export const noRestarts: Interpreter<"no-restarts"> = {
  parameters: { step: STEP },
  sources: ["pods"],
  aboutRestarts: true,
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const pods = podsWithin(scene.course, span);
    // A pod of a step before may go on failing until it is replaced: that is the other step's matter.
    const restarts = pods.flatMap((pod) =>
      pod.restarts.filter((restart) => isWithin(restart, span) && !isPlanned(scene, pod, restart.atMs)),
    );
    if (restarts.length > 0) {
      const reasons = restarts.map(({ end }) => (end ? howEnded(end) : "reason not seen"));
      return refuted(
        `${count(restarts.length, "restart")} (${list([...new Set(reasons)])})`,
        restarts.map(({ eventId }) => eventId),
      );
    }
    const ran = pods.filter((pod) => pod.intervals.some((one) => one.state !== "pending" && overlaps(one, span)));
    if (ran.length === 0) return undecided("no container was seen to run", [span.startedId]);
    const down = ran.filter((pod) => intervalAt(pod, span.untilMs)?.state === "crashed");
    if (down.length > 0) {
      return undecided(
        `the container of ${list(down.map(({ name }) => name))} has ended and was not started again by the step's end`,
        down.flatMap((pod) => pod.intervals.at(-1)?.eventIds ?? []),
      );
    }
    return held(
      `0 restarts of ${count(ran.length, "pod")}`,
      ran.flatMap((pod) => pod.intervals.at(-1)?.eventIds.slice(-1) ?? []),
    );
  },
};

/** How long an unready pod may stay in the endpoints: two watches and a controller lie between. */
const ENDPOINTS_FOLLOW_MS = 2000;

/** A pod stops being Ready, leaves the endpoints, and is not restarted. */
export const unreadyNotRestarted: Interpreter<"unready-not-restarted"> = {
  parameters: { step: STEP },
  sources: ["pods", "endpoints"],
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { endpoints } = scene.course;
    const fell = podsWithin(scene.course, span).flatMap((pod) => {
      const interval = pod.intervals.find(
        ({ state, fromMs }) => state === "unready" && isWithin({ atMs: fromMs }, span),
      );
      // What becomes of it after the step is another step's.
      return interval ? [{ pod, interval: { ...interval, untilMs: Math.min(interval.untilMs, span.untilMs) } }] : [];
    });
    if (fell.length === 0) return neverSeen("no pod stopped being Ready", [span.startedId]);
    const evidence = fell.flatMap(({ interval }) => interval.eventIds.slice(0, 1));
    const restarts = fell.flatMap(({ pod }) => pod.restarts.filter((restart) => isWithin(restart, span)));
    if (restarts.length > 0) {
      return refuted(`${nameAll(fell)} stopped being Ready and restarted ${count(restarts.length, "time")}`, [
        ...evidence,
        ...restarts.map(({ eventId }) => eventId),
      ]);
    }
    const left = fell.map(({ pod, interval }) => ({
      pod,
      interval,
      without: endpoints.find(
        (one) => one.untilMs > interval.fromMs && one.fromMs < interval.untilMs && !one.ready.includes(pod.name),
      ),
    }));
    const stayed = left.filter(({ without }) => !without);
    const observed = stayed.filter(({ interval }) => interval.untilMs - interval.fromMs >= ENDPOINTS_FOLLOW_MS);
    if (observed.length > 0)
      return neverSeen(`${nameAll(observed)} stopped being Ready but stayed in the endpoints`, evidence);
    if (stayed.length > 0) {
      return undecided(`${nameAll(stayed)} was unready for less than ${duration(ENDPOINTS_FOLLOW_MS)}`, evidence);
    }
    const latest = left
      .map(({ interval, without }) => Math.max(0, (without?.fromMs ?? interval.fromMs) - interval.fromMs))
      .reduce((a, b) => Math.max(a, b), 0);
    return held(
      `${nameAll(fell)} stopped being Ready, was out of the endpoints ${duration(latest)} later, and did not restart`,
      [...evidence, ...left.flatMap(({ without }) => without?.eventIds ?? [])],
    );
  },
};

const nameAll = (fell: readonly { readonly pod: PodCourse }[]): string =>
  `${fell.length === 1 ? "pod" : "pods"} ${list(fell.map(({ pod }) => pod.name))}`;

const howEnded = ({ reason, exitCode }: ContainerEnd): string =>
  [reason ?? "ended", exitCode === undefined ? undefined : `exit code ${exitCode}`].filter(Boolean).join(", ");

const isWithin = ({ atMs }: { readonly atMs: number }, { fromMs, untilMs }: Span): boolean =>
  atMs >= fromMs && atMs < untilMs;

const overlaps = (one: Span, other: Span): boolean => one.fromMs < other.untilMs && one.untilMs > other.fromMs;
