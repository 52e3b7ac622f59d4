import type { PodCourse } from "../../course/course.ts";
import { podNamed, podsWithin } from "../../course/queries.ts";
import { isWithin, overlaps, type Span, totalMs, within } from "../../course/span.ts";
import type { ContainerMeasured, Event } from "../../events.ts";
import { count, figure, percent } from "../../words.ts";
import { ends, idsOf } from "../evidence.ts";
import { held, inconclusive, neverSeen } from "../finding.ts";
import { defineKind, SHARE, STEP, stepOf } from "../kind.ts";

/** A container's CPU periods since its start, and those of them in which it was throttled. */
type Counters = Required<Pick<ContainerMeasured, "cpuPeriods" | "throttledPeriods">>;
type Sample = Extract<Event, { type: "container" }> & Counters;

/** Fewer periods (of 100 ms) say little. */
const LEAST_PERIODS = 50;

/** A container that is not answered for so long at most, as at its start and its end, has not run unmeasured. */
const LONGEST_UNREAD_MS = 3000;

const AT_START: Counters = { cpuPeriods: 0, throttledPeriods: 0 };

/**
 * The share (0..1) of the step's CPU periods in which containers ran and were throttled is at least `share`; each container
 * counts from its first sample of the step to its last.
 */
export const throttled = defineKind({
  parameters: { step: STEP, share: SHARE },
  // A counter misses nothing while nobody reads it: gaps are judged here, see isBridged.
  sources: [],
  role: "question",
  decide: ({ step, share }, scene) => {
    const span = stepOf(scene, step);
    const { course, recording } = scene;
    const samples = recording.events.filter(isSample).filter(({ atMs }) => isWithin(atMs, span));
    // A pod that was not seen is told by its name alone.
    const byPod = Map.groupBy(samples, ({ pod, atMs }) => podNamed(course, pod, atMs)?.uid ?? pod);
    const { cpuPeriods, throttledPeriods } = sumOf([...byPod.values()].map(growthOf));
    const evidence = [...byPod.values()].flatMap((all) => ends(idsOf(all)));
    if (cpuPeriods < LEAST_PERIODS) {
      return inconclusive(`only ${count(cpuPeriods, "CPU period")} of at least ${LEAST_PERIODS} were measured`, [
        span.startedId,
        ...evidence,
      ]);
    }
    const observed = throttledPeriods / cpuPeriods;
    const sentence = `throttled in ${figure(throttledPeriods)} of ${count(cpuPeriods, "CPU period")} (${percent(observed)}; at least ${percent(share)} were claimed)`;
    const came = course.pods.filter(({ listed, fromMs }) => !listed && isWithin(fromMs, span));
    const isNew = (uid: string) => came.some((pod) => pod.uid === uid);
    const sinceStarts = sumOf([...byPod].map(([uid, all]) => growthOf(isNew(uid) ? [AT_START, ...all] : all)));
    const startsAgree = sinceStarts.throttledPeriods / sinceStarts.cpuPeriods >= share === observed >= share;
    const isUnread = (pod: PodCourse, gap: Span): boolean =>
      readyMs(pod, gap) > LONGEST_UNREAD_MS &&
      !isBridged(pod, gap, byPod.get(pod.uid) ?? [], startsAgree && isNew(pod.uid));
    const pods = podsWithin(course, span);
    const unread = course.gaps.filter(
      (gap) => gap.source === "metrics" && overlaps(gap, span) && pods.some((pod) => isUnread(pod, gap)),
    );
    if (unread.length > 0)
      return inconclusive(`${sentence}, but meanwhile a container was not measured`, [...evidence, ...idsOf(unread)]);
    return observed >= share ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
});

const isSample = (event: Event): event is Sample =>
  event.type === "container" && event.cpuPeriods !== undefined && event.throttledPeriods !== undefined;

const readyMs = ({ intervals }: PodCourse, span: Span): number =>
  totalMs(within(intervals, span).filter(({ state }) => state === "ready"));

/**
 * Whether a pod's counters tell what happened in a gap: those before and after it or, where the pod started in it, those after it
 * alone. A start is not part of the share: `mayStart` says that the share with all starts in it decides the same.
 */
function isBridged({ restarts }: PodCourse, gap: Span, samples: readonly Sample[], mayStart: boolean): boolean {
  const before = samples.findLast(({ atMs }) => atMs <= gap.fromMs);
  const after = samples.find(({ atMs }) => atMs >= gap.untilMs);
  if (!after) return false;
  return before ? after.cpuPeriods >= before.cpuPeriods : mayStart && !restarts.some(({ atMs }) => atMs <= after.atMs);
}

/** How far one container's counters grew; where they fall, the container began anew. */
function growthOf(samples: readonly Counters[]): Counters {
  const steps = samples.slice(1).map((now, index) => {
    const before = samples[index] ?? AT_START;
    const { cpuPeriods, throttledPeriods } = now.cpuPeriods < before.cpuPeriods ? AT_START : before;
    return { cpuPeriods: now.cpuPeriods - cpuPeriods, throttledPeriods: now.throttledPeriods - throttledPeriods };
  });
  return sumOf(steps);
}

const sumOf = (counters: readonly Counters[]): Counters => ({
  cpuPeriods: counters.reduce((sum, one) => sum + one.cpuPeriods, 0),
  throttledPeriods: counters.reduce((sum, one) => sum + one.throttledPeriods, 0),
});
