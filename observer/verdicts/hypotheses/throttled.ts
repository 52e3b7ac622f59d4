import type { PodCourse } from "../../course/course.ts";
import { afterReplacement, podNamed, podsWithin } from "../../course/queries.ts";
import { isWithin, overlaps, type Span, totalMs, within } from "../../course/span.ts";
import type { ContainerMeasured, Event } from "../../events.ts";
import { count, figure, percent, were } from "../../words.ts";
import { ends, idsOf } from "../evidence.ts";
import { held, inconclusive, neverSeen } from "../finding.ts";
import { defineKind, SHARE, STEP, stepOf } from "../kind.ts";
import { NONE_TO_SPARE, surroundingsIn } from "../starvation.ts";

/** The CPU periods of a container since its start, and how many of them were throttled. */
type Counters = Required<Pick<ContainerMeasured, "cpuPeriods" | "throttledPeriods">>;
type Sample = Extract<Event, { type: "container" }> & Counters;

/** With fewer periods (of 100 ms each) in total, the hypothesis is inconclusive. */
const LEAST_PERIODS = 50;

/** A gap may leave a Ready container unmeasured for this long: a container cannot be read right at its start and its end. */
const LONGEST_UNREAD_MS = 3000;

const AT_START: Counters = { cpuPeriods: 0, throttledPeriods: 0 };

/**
 * Of the CPU periods in which the step's containers ran, at least the share `share` (0..1) was throttled. Each container counts
 * from its first sample in the step to its last. The time in which the step replaces earlier pods does not count: those pods run
 * as the step before wanted them.
 *
 * Example: the samples (periods, throttled) of a container are (100, 10), (150, 40), (20, 15), (60, 45). The counters fall at the
 * third, so the container began anew there. The growth is 50 + 20 + 40 = 110 periods, 30 + 15 + 30 = 75 of them throttled: 68 %.
 */
export const throttled = defineKind({
  parameters: { step: STEP, share: SHARE },
  // Counters go on counting during a gap of the metrics, so such a gap matters only where `isBridged` says so.
  sources: ["pods"],
  role: "question",
  decide: ({ step, share }, scene) => {
    const { course, recording } = scene;
    const whole = stepOf(scene, step);
    const span = afterReplacement(course, whole);
    const samples = recording.events.filter(isSample).filter(({ atMs }) => isWithin(atMs, span));
    // A sample of an unknown pod is grouped by the pod's name.
    const byPod = Map.groupBy(samples, ({ pod, atMs }) => podNamed(course, pod, atMs)?.uid ?? pod);
    const { cpuPeriods, throttledPeriods } = sumOf([...byPod.values()].map(growthOf));
    const evidence = [...byPod.values()].flatMap((all) => ends(idsOf(all)));
    if (cpuPeriods < LEAST_PERIODS) {
      return inconclusive(
        `only ${count(cpuPeriods, "CPU period")} of at least ${LEAST_PERIODS} ${were(cpuPeriods)} measured`,
        [whole.startedId, ...evidence],
      );
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
    if (observed >= share) return held(sentence, evidence);
    const around = surroundingsIn(recording, span);
    if (around?.busy && around.busy.share >= NONE_TO_SPARE) {
      const why = `but ${percent(around.busy.share)} of ${around.busy.of} was in use, and a container that gets too little of it reaches no limit`;
      return inconclusive(`${sentence}, ${why}`, [...evidence, ...ends(idsOf(around.samples))]);
    }
    return neverSeen(sentence, evidence);
  },
});

const isSample = (event: Event): event is Sample =>
  event.type === "container" && event.cpuPeriods !== undefined && event.throttledPeriods !== undefined;

const readyMs = ({ intervals }: PodCourse, span: Span): number =>
  totalMs(within(intervals, span).filter(({ state }) => state === "ready"));

/**
 * Whether the counters of a pod cover a gap. They do if samples before and after the gap belong to the same run of the container.
 * If the pod started in the gap, the samples after it count from the start, so they cover it too. The share leaves starts out, so
 * that holds only with `mayStart`: the share with all starts counted gives the same outcome.
 */
function isBridged({ restarts }: PodCourse, gap: Span, samples: readonly Sample[], mayStart: boolean): boolean {
  const before = samples.findLast(({ atMs }) => atMs <= gap.fromMs);
  const after = samples.find(({ atMs }) => atMs >= gap.untilMs);
  if (!after) return false;
  return before ? after.cpuPeriods >= before.cpuPeriods : mayStart && !restarts.some(({ atMs }) => atMs <= after.atMs);
}

/** How much the counters of one container grew. Where they fall, a new run of the container began at 0. */
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
