import type { Course, EndpointSpan, GapSeen, PodCourse, PodState, StepSpan } from "../../course/course.ts";
import type { Event, Recording } from "../../events.ts";
import { binWidthMs, type LoadBin, loadBins } from "./bins.ts";
import type { Layer } from "./endpoints-and-rate.ts";
import { type Throttling, throttlings } from "./throttling.ts";

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
  const measured = events.filter((event) => event.type === "container");
  return {
    title: header.title,
    untilMs,
    releases,
    lanes: course.pods.map((pod) => lane(pod, measured)),
    steps: course.steps,
    serving: course.endpoints.map((span) => servingLayer(span, course.pods)),
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
    throttled: throttlings(
      measured.filter((event) => event.pod === pod.name && event.atMs >= pod.fromMs && event.atMs <= pod.untilMs),
    ),
  };
}

function servingLayer({ fromMs, untilMs, ready }: EndpointSpan, pods: readonly PodCourse[]): Layer {
  const counts = new Map<string, number>();
  for (const name of ready) {
    // Names repeat where a bare pod was replaced: the pod of that time is meant.
    const known = pods.filter((pod) => pod.name === name);
    const release = (known.findLast((pod) => pod.fromMs <= fromMs) ?? known[0])?.release ?? "unknown";
    counts.set(release, (counts.get(release) ?? 0) + 1);
  }
  return { fromMs, untilMs, values: counts };
}
