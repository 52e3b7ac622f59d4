import type { Causes } from "../../causes/causes-of.ts";
import type { Course, EndpointSpan, GapSeen, PodCourse, PodState, Request, StepSpan } from "../../course/course.ts";
import { podNamed, podsBehind } from "../../course/queries.ts";
import type { Event, Recording } from "../../events.ts";
import { ascending, quantile } from "../../statistics.ts";
import { type CauseSpan, causeSpans } from "./cause-spans.ts";

/** An end or a restart of a container, as a mark on its pod's lane. */
export type LaneMark = { readonly atMs: number; readonly kind: "oom" | "exit" | "restart"; readonly label: string };

/** One pod over time. `key` is its uid, since a bare pod and its successor have the same name. */
export type Lane = {
  readonly key: string;
  readonly name: string;
  readonly release: string;
  readonly spans: readonly { readonly fromMs: number; readonly untilMs: number; readonly state: PodState }[];
  readonly marks: readonly LaneMark[];
  readonly throttled: readonly Throttling[];
};

/** Everything that the time line shows. Requests are counted in bins, so its size does not grow with their number. */
export type TimelineData = {
  readonly title: string;
  readonly untilMs: number;
  /** In the order in which they came. A release's place gives its colour. */
  readonly releases: readonly string[];
  readonly lanes: readonly Lane[];
  readonly steps: readonly StepSpan[];
  /** Numbers of ready pods in the endpoints, by release. */
  readonly serving: readonly Layer[];
  readonly binMs: number;
  readonly bins: readonly LoadBin[];
  readonly requests: { readonly sent: number; readonly failed: number };
  readonly gaps: readonly GapSeen[];
  /** Times in which requests failed for one cause, in their order. */
  readonly causes: readonly CauseSpan[];
};

/** The end of the time axis, in ms since the recording's start. It is 1 s at least. */
export const drawnUntilMs = ({ endMs }: Pick<Course, "endMs">): number => Math.max(endMs, 1000);

export function timelineData({ header, events }: Recording, course: Course, causes?: Causes): TimelineData {
  const untilMs = drawnUntilMs(course);
  const releases = releasesOf(course);
  const binMs = binWidthMs(untilMs);
  const measured = Map.groupBy(
    events.filter((event) => event.type === "container"),
    ({ pod, atMs }) => podNamed(course, pod, atMs),
  );
  return {
    title: header.title,
    untilMs,
    releases,
    lanes: course.pods.map((pod) => lane(pod, measured.get(pod) ?? [])),
    steps: course.steps,
    serving: course.endpoints.map((span) => servingLayer(span, course)),
    binMs,
    bins: loadBins(course.requests, binMs),
    requests: { sent: course.requests.length, failed: course.requests.filter(({ failed }) => failed).length },
    // A gap of the clock hides nothing: times of the cluster are less certain in it.
    gaps: course.gaps.filter(({ source }) => source !== "clock"),
    causes: causes ? causeSpans(causes, untilMs) : [],
  };
}

/** The releases of a course: first those that steps ask for, then further ones of pods, then further ones of answers. */
const releasesOf = (course: Course): string[] => [
  ...new Set([
    ...course.steps.flatMap(({ releases }) => releases),
    ...course.pods.map(({ release }) => release),
    ...course.requests.flatMap(({ release }) => (release === undefined ? [] : [release])),
  ]),
];

function lane(pod: PodCourse, measured: readonly Extract<Event, { type: "container" }>[]): Lane {
  const ends = pod.ends.map(
    ({ atMs, oomKilled, reason, exitCode }): LaneMark => ({
      atMs,
      kind: oomKilled ? "oom" : "exit",
      label: oomKilled ? "OOM" : exitCode === undefined ? (reason ?? "ended") : `exit ${exitCode}`,
    }),
  );
  const restarts = pod.restarts.map(({ atMs, run }): LaneMark => ({ atMs, kind: "restart", label: `restart ${run}` }));
  return {
    key: pod.uid,
    name: pod.name,
    release: pod.release,
    spans: pod.intervals.map(({ fromMs, untilMs, state }) => ({ fromMs, untilMs, state })),
    marks: [...ends, ...restarts],
    throttled: throttlings(measured),
  };
}

function servingLayer(span: EndpointSpan, course: Course): Layer {
  const counts = new Map<string, number>();
  for (const pod of podsBehind(course, span)) {
    const release = pod?.release ?? "unknown";
    counts.set(release, (counts.get(release) ?? 0) + 1);
  }
  return { fromMs: span.fromMs, untilMs: span.untilMs, values: counts };
}

/** One number for each release, over a span of time in ms. */
export type Layer = { readonly fromMs: number; readonly untilMs: number; readonly values: ReadonlyMap<string, number> };

/** The requests that were due in one bin of time. Latencies are those of requests that did not fail, absent without any. */
export type LoadBin = {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Numbers of requests that did not fail, by the release that answered. */
  readonly good: ReadonlyMap<string, number>;
  readonly failed: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
};

const WIDTHS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];

const MOST_BINS = 240;

/**
 * Width of a bin in ms: the smallest of `WIDTHS_MS` with which a span needs at most `MOST_BINS` bins. It is at least 500 ms, so
 * that the p99 of a bin is that of many requests.
 *
 * Examples: 1 min gives 500 ms (120 bins), 5 min gives 2 s (150 bins), 1 h gives 30 s (120 bins).
 */
export const binWidthMs = (spanMs: number): number =>
  WIDTHS_MS.find((width) => width >= 500 && spanMs / width <= MOST_BINS) ?? spanMs / MOST_BINS;

/**
 * Counts requests in bins by the time at which they were due, from the first bin with a request to the last. Bins between them
 * may be empty. p50 and p99 are quantiles by nearest rank, so each is a latency that was measured.
 *
 * Example with 500 ms: four requests due at 1100, 1200, 1300 and 1400 ms took 1, 2, 3 and 9 ms, and one due at 2100 ms failed.
 * The bins are 1000..1500 ms (4 good, p50 2 ms, p99 9 ms), 1500..2000 ms (empty) and 2000..2500 ms (1 failed, no latency).
 */
export function loadBins(requests: readonly Request[], widthMs: number): LoadBin[] {
  const chosen = new Map<number, Request[]>();
  for (const request of requests) {
    const index = Math.floor(request.dueMs / widthMs);
    const bin = chosen.get(index);
    if (bin) bin.push(request);
    else chosen.set(index, [request]);
  }
  if (chosen.size === 0) return [];
  const first = Math.min(...chosen.keys());
  return Array.from({ length: Math.max(...chosen.keys()) - first + 1 }, (_, offset) => {
    const index = first + offset;
    return { fromMs: index * widthMs, untilMs: (index + 1) * widthMs, ...summed(chosen.get(index) ?? []) };
  });
}

function summed(requests: readonly Request[]): Omit<LoadBin, "fromMs" | "untilMs"> {
  const good = new Map<string, number>();
  const latencies: number[] = [];
  for (const request of requests) {
    if (request.failed) continue;
    const release = request.release ?? "unknown";
    good.set(release, (good.get(release) ?? 0) + 1);
    latencies.push(request.latencyMs);
  }
  const sorted = ascending(latencies);
  const p50Ms = quantile(sorted, 0.5);
  const p99Ms = quantile(sorted, 0.99);
  return {
    good,
    failed: requests.length - latencies.length,
    ...(p50Ms === undefined || p99Ms === undefined ? {} : { p50Ms, p99Ms }),
  };
}

/** A span in which a container was throttled in `share` (0..1) of its CPU periods. */
export type Throttling = { readonly fromMs: number; readonly untilMs: number; readonly share: number };

/** A smaller share is not drawn, since it is no sign of trouble. */
const WORTH_SHOWING = 0.05;

/**
 * The spans between one sample of a pod and the next in which its container was throttled. Where the count of periods falls, a
 * new run of the container began, and nothing is drawn.
 *
 * Example: 100 periods with 10 throttled at 13 s, 120 with 15 at 15 s: 5 of 20 periods, a share of 0.25 in 13..15 s.
 */
export function throttlings(measured: readonly Extract<Event, { type: "container" }>[]): Throttling[] {
  return measured.flatMap((event, index): Throttling[] => {
    const before = measured[index - 1];
    if (before?.cpuPeriods === undefined || event.cpuPeriods === undefined) return [];
    const periods = event.cpuPeriods - before.cpuPeriods;
    const throttled = (event.throttledPeriods ?? 0) - (before.throttledPeriods ?? 0);
    if (periods <= 0 || throttled / periods < WORTH_SHOWING) return [];
    return [{ fromMs: before.atMs, untilMs: event.atMs, share: Math.min(1, throttled / periods) }];
  });
}
