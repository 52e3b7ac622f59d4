import { UserError } from "../../common/user-error.ts";
import type { Course, PodCourse } from "../../observer/course/course.ts";
import { ascending, median } from "../../observer/statistics.ts";
import { USUAL_TIMING } from "../../plan/plan-context.ts";
import type { TimingFile } from "./timing-file.ts";

/** Pods whose first events are no further apart came together. */
const TOGETHER_MS = 1_000;

/**
 * The timing profile of a cluster, from the pods whose whole start or end a recording shows:
 * - containerStartMs: from a pod's first event until all its containers run, the shortest and the longest
 * - startApartMs: the middle one of the times between neighbouring starts of pods that came together
 * - removalMs: from the end of a pod's last container until the pod is gone, the longest
 *
 * What it does not show stays as it usually is: images are on the lab's node before a pod needs them, so the time to pull does.
 *
 * Example: two pods come at 0 s; the containers of one run at 1.0 s, of the other at 1.4 s. A third comes at 20 s, and its containers
 * run at 20.8 s. containerStartMs is 800 to 1400, startApartMs 400.
 * @throws {UserError} if it shows no pod's start.
 */
export function timingSeen({ pods }: Pick<Course, "pods">, recording: string): TimingFile {
  const starts = pods.flatMap((pod) => {
    const runsAtMs = pod.listed ? undefined : runningSince(pod);
    return runsAtMs === undefined ? [] : [{ cameAtMs: pod.fromMs, runsAtMs }];
  });
  if (starts.length === 0) {
    throw new UserError(
      `--timing: got ${recording}, which shows no pod from its creation until it runs, allowed: a recording of a rollout, such as ` +
        `bin/lab observe rolling makes.`,
    );
  }
  const took = starts.map(({ cameAtMs, runsAtMs }) => runsAtMs - cameAtMs);
  const apart = timesApart(starts);
  const removals = pods.flatMap((pod) => removalOf(pod) ?? []);
  return {
    version: 1,
    containerStartMs: { least: Math.round(Math.min(...took)), most: Math.round(Math.max(...took)) },
    pullMs: USUAL_TIMING.pullMs,
    startApartMs: apart.length > 0 ? Math.round(median(apart)) : USUAL_TIMING.startApartMs,
    removalMs: removals.length > 0 ? Math.round(Math.max(...removals)) : USUAL_TIMING.removalMs,
    seen: { starts: starts.length, removals: removals.length, recording },
  };
}

/** When all containers of a pod first ran. */
const runningSince = ({ intervals }: PodCourse): number | undefined =>
  intervals.find(({ state }) => state === "starting" || state === "ready")?.fromMs;

/** The times between neighbouring starts, of pods that came together. */
function timesApart(starts: readonly { readonly cameAtMs: number; readonly runsAtMs: number }[]): number[] {
  const waves: (typeof starts)[number][][] = [];
  for (const start of starts.toSorted((a, b) => a.cameAtMs - b.cameAtMs)) {
    const last = waves.at(-1)?.at(-1);
    if (last && start.cameAtMs - last.cameAtMs <= TOGETHER_MS) waves.at(-1)?.push(start);
    else waves.push([start]);
  }
  return waves.flatMap((wave) => {
    const instants = ascending(wave.map(({ runsAtMs }) => runsAtMs));
    return instants.slice(1).map((atMs, index) => atMs - (instants[index] ?? atMs));
  });
}

/** From the end of a pod's last container until the pod is gone. */
function removalOf({ deletedMs, ends }: PodCourse): number | undefined {
  const last = Math.max(...ends.map(({ atMs }) => atMs));
  return deletedMs === undefined || !Number.isFinite(last) || last > deletedMs ? undefined : deletedMs - last;
}
