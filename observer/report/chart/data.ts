import type { Course, EndpointSpan, GapSeen, PodCourse, PodState, Request, StepSpan } from "../../course/course.ts";
import { podNamed, podsBehind } from "../../course/queries.ts";
import type { Event, Recording } from "../../events.ts";
import { ascending, quantile } from "../../statistics.ts";

/** Something that happened to a pod at one instant. */
export type LaneMark = { readonly atMs: number; readonly kind: "oom" | "exit" | "restart"; readonly label: string };

/** One pod over time; `key` is unique, as a name is not: a bare pod is replaced by one of the same name. */
export type Lane = {
  readonly key: string;
  readonly name: string;
  readonly release: string;
  readonly spans: readonly { readonly fromMs: number; readonly untilMs: number; readonly state: PodState }[];
  readonly marks: readonly LaneMark[];
  readonly throttled: readonly Throttling[];
};

/** Everything that the time line shows, reduced to what can be drawn: its size does not grow with the number of requests. */
export type TimelineData = {
  readonly title: string;
  readonly untilMs: number;
  /** In the order in which they came; the order gives them their colours. */
  readonly releases: readonly string[];
  readonly lanes: readonly Lane[];
  readonly steps: readonly StepSpan[];
  /** Pods behind the Service, by release. */
  readonly serving: readonly Layer[];
  readonly binMs: number;
  readonly bins: readonly LoadBin[];
  readonly requests: { readonly sent: number; readonly failed: number };
  readonly gaps: readonly GapSeen[];
};

/** Reduces a recording to what its time line shows. */
export function timelineData({ header, events }: Recording, course: Course): TimelineData {
  const untilMs = Math.max(course.endMs, 1000);
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
    // Without a comparison of the clocks everything was seen, only not placed for sure.
    gaps: course.gaps.filter(({ source }) => source !== "clock"),
  };
}

/** Releases of a recording in the order in which steps and pods brought them. */
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

/** A value of each release over a span of time. */
export type Layer = { readonly fromMs: number; readonly untilMs: number; readonly values: ReadonlyMap<string, number> };

/** The requests that were due in one interval; latencies are of answers with success. */
export type LoadBin = {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Answers with success by release. */
  readonly good: ReadonlyMap<string, number>;
  readonly failed: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
};

const WIDTHS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];

const MOST_BINS = 240;

/** Width of the bins that cut a span into few enough to be drawn; at least half a second, so that a bin's p99 is of several requests. */
export const binWidthMs = (spanMs: number): number =>
  WIDTHS_MS.find((width) => width >= 500 && spanMs / width <= MOST_BINS) ?? spanMs / MOST_BINS;

/** Puts requests into bins by when they were due; from the first bin with a request to the last, empty ones included. */
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

/** A time in which a container was held back in `share` (0..1) of its CPU periods. */
export type Throttling = { readonly fromMs: number; readonly untilMs: number; readonly share: number };

/** Below this share a line would say that something is wrong where nothing is. */
const WORTH_SHOWING = 0.05;

/** From one measurement of a pod to the next; a count that falls means that the container was started anew. */
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
