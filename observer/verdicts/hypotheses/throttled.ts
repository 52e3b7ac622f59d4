import { podsWithin, type Span } from "../../course/queries.ts";
import type { ContainerMeasured, Event } from "../../events.ts";
import { count, figure, percent } from "../../words.ts";
import { held, neverSeen, undecided } from "../finding.ts";
import { type Interpreter, type Scene, SHARE, STEP, stepOf } from "../interpreter.ts";

type Sample = Extract<Event, { type: "container" }> &
  Required<Pick<ContainerMeasured, "cpuPeriods" | "throttledPeriods">>;

/** Fewer periods (of 100 ms) say little. */
const LEAST_PERIODS = 50;

/** A container that is not answered for so long at most, as at its start and its end, has not run unmeasured. */
const LONGEST_UNREAD_MS = 3000;

/** The share of the CPU periods in which containers ran and were throttled. */
export const throttled: Interpreter<"throttled"> = {
  parameters: { step: STEP, share: SHARE },
  // A counter misses nothing while nobody reads it: gaps are judged here, see unreadWhileReady.
  sources: [],
  decide: ({ step, share }, scene) => {
    const span = stepOf(scene, step);
    const samples = scene.recording.events.filter(
      (event): event is Sample =>
        event.type === "container" &&
        event.cpuPeriods !== undefined &&
        event.throttledPeriods !== undefined &&
        event.atMs >= span.fromMs &&
        event.atMs < span.untilMs,
    );
    const byPod = [...Map.groupBy(samples, (sample) => podOf(scene, sample)).values()];
    const sums = byPod.map(sumOf);
    const periods = sums.reduce((sum, one) => sum + one.periods, 0);
    const slowed = sums.reduce((sum, one) => sum + one.throttled, 0);
    const evidence = byPod.flatMap((all) => [
      ...all.slice(0, 1).map(({ id }) => id),
      ...(all.length > 1 ? all.slice(-1).map(({ id }) => id) : []),
    ]);
    if (periods < LEAST_PERIODS) {
      return undecided(`only ${count(periods, "CPU period")} of at least ${LEAST_PERIODS} were measured`, [
        span.startedId,
        ...evidence,
      ]);
    }
    const observed = slowed / periods;
    const sentence = `throttled in ${figure(slowed)} of ${count(periods, "CPU period")} (${percent(observed)}; at least ${percent(share)} were claimed)`;
    const unread = unreadWhileReady(scene, span, samples);
    if (unread.length > 0)
      return undecided(`${sentence}, but meanwhile a container was not measured`, [...evidence, ...unread]);
    return observed >= share ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
};

/** The pod that was measured: one by one several may bear a name, as bare Pods do. */
const podOf = ({ course }: Scene, { pod, atMs }: Sample): string =>
  course.pods.findLast(({ name, fromMs }) => name === pod && fromMs <= atMs)?.uid ?? pod;

/** Adds up the growth of a pod's counters; where they fall, the container began anew. */
function sumOf(samples: readonly Sample[]): { periods: number; throttled: number } {
  let [periods, slowed] = [0, 0];
  for (const [index, now] of samples.entries()) {
    const before = samples[index - 1];
    if (!before) continue;
    const isNew = now.cpuPeriods < before.cpuPeriods;
    periods += now.cpuPeriods - (isNew ? 0 : before.cpuPeriods);
    slowed += now.throttledPeriods - (isNew ? 0 : before.throttledPeriods);
  }
  return { periods, throttled: slowed };
}

/** How much of the intervals lies within the span. */
const within = (intervals: readonly Span[], { fromMs, untilMs }: Span): number =>
  intervals.reduce((sum, one) => sum + Math.max(0, Math.min(one.untilMs, untilMs) - Math.max(one.fromMs, fromMs)), 0);

/** Gaps during which a pod was Ready for long and which its samples before and after do not bridge. */
function unreadWhileReady({ course }: Scene, span: Span, samples: readonly Sample[]): number[] {
  const pods = podsWithin(course, span);
  return course.gaps
    .filter((gap) => gap.source === "metrics" && gap.fromMs < span.untilMs && gap.untilMs > span.fromMs)
    .filter((gap) =>
      pods.some((pod) => {
        const readyMs = within(
          pod.intervals.filter(({ state }) => state === "ready"),
          gap,
        );
        const own = samples.filter((sample) => sample.pod === pod.name);
        const before = own.findLast(({ atMs }) => atMs <= gap.fromMs);
        const after = own.find(({ atMs }) => atMs >= gap.untilMs);
        return readyMs > LONGEST_UNREAD_MS && !(before && after && after.cpuPeriods >= before.cpuPeriods);
      }),
    )
    .map(({ id }) => id);
}
