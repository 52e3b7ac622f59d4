import type { StepSpan } from "../course/course.ts";
import { lowest } from "../course/levels.ts";
import { type Span, within } from "../course/span.ts";
import type { Event, Recording } from "../events.ts";
import { median } from "../statistics.ts";
import { count, duration, figure } from "../words.ts";
import { controlOf } from "./control.ts";
import type { Scene } from "./kind.ts";

type Sample = Extract<Event, { type: "machine" }>;

/**
 * Others may take this share of the machine's CPU. Of two observations side by side on two cores each takes a third to a half of it
 * in the other's steps, 55 % at most in those of ten experiments; busy processes on every core take 70 % and more.
 */
const STARVED_SHARE = 0.6;
/** Where others cannot be told apart, timers that are late by more than this (median) show that the observer lacked CPU. */
const LATE_TIMERS_MS = 250;
/** The same of the API server's answers, which take milliseconds on an idle machine. */
const LATE_ANSWERS_MS = 1_000;

/** What others took in a span, and the samples that show it. Times are medians. */
export type Surroundings = {
  readonly samples: readonly Sample[];
  /** Share of the machine's CPU that anybody used, 0..1. */
  readonly busyShare: number;
  /** The same of what others used; absent where it was not sampled. */
  readonly othersShare?: number;
  readonly timersLateMs: number;
  readonly apiServerMs?: number;
};

/**
 * Sums up the samples whose time lies in a span for the most part; undefined without any.
 *
 * Example: in one sample of 2 s others took 1.8 of 2 cores, in another of 2 s 1.0: they took 70 % of the machine's CPU.
 */
export function surroundingsIn({ events }: Pick<Recording, "events">, span: Span): Surroundings | undefined {
  const samples = events.filter(
    (event): event is Sample =>
      event.type === "machine" &&
      event.atMs - event.overMs / 2 >= span.fromMs &&
      event.atMs - event.overMs / 2 < span.untilMs,
  );
  if (samples.length === 0) return undefined;
  const attributed = samples.flatMap(({ owners, overMs, cores }) =>
    owners ? [{ used: owners.others, overMs, cores }] : [],
  );
  const busyShare = shareOf(samples.map(({ busyCores, overMs, cores }) => ({ used: busyCores, overMs, cores })));
  const answers = samples.flatMap(({ apiServerMs }) => (apiServerMs === undefined ? [] : [apiServerMs]));
  return {
    samples,
    busyShare,
    ...(attributed.length > 0 && { othersShare: shareOf(attributed) }),
    timersLateMs: median(samples.map(({ timersLateMs }) => timersLateMs)),
    ...(answers.length > 0 && { apiServerMs: median(answers) }),
  };
}

/** The share of the CPU time of all cores that was used, 0..1. */
function shareOf(parts: readonly { readonly used: number; readonly overMs: number; readonly cores: number }[]): number {
  const wholeMs = parts.reduce((sum, { overMs, cores }) => sum + overMs * cores, 0);
  const usedMs = parts.reduce((sum, { used, overMs }) => sum + used * overMs, 0);
  return wholeMs === 0 ? 0 : Math.min(1, usedMs / wholeMs);
}

/** Says what was starved in a span; undefined where nothing was, or where the recording has no samples. */
export function starvedWords({ samples, othersShare, timersLateMs, apiServerMs }: Surroundings): string | undefined {
  if (othersShare !== undefined) {
    if (othersShare < STARVED_SHARE) return undefined;
    return `${Math.round(othersShare * 100)} % of this machine's CPU was taken by others`;
  }
  const late = [
    ...(timersLateMs > LATE_TIMERS_MS ? [`the observer's timers were late by ${duration(timersLateMs)}`] : []),
    ...(apiServerMs === undefined || apiServerMs > LATE_ANSWERS_MS
      ? [
          `the API server ${apiServerMs === undefined ? "did not answer in time" : `took ${duration(apiServerMs)} to answer`}`,
        ]
      : []),
  ];
  return late.length === 0 ? undefined : `${late.join(" and ")} (median of ${count(samples.length, "sample")})`;
}

/** What the control of a step lost without a change: `; the control lost 2 of 6 Ready pods too`. Empty where it lost nothing. */
export function controlLosses(scene: Scene, span: StepSpan): string {
  const control = controlOf(scene, span);
  if (!control) return "";
  const { atStart, lost } = readyLost(scene, control);
  return lost > 0 ? `; the control lost ${figure(lost)} of ${figure(atStart)} Ready pods too` : "";
}

/** How many pods are Ready when a step starts, and by how many they fall within it. */
export function readyLost(
  { course }: Pick<Scene, "course">,
  span: Span,
): { readonly atStart: number; readonly lost: number } {
  const ready = within(course.counts.ready, span);
  const atStart = ready[0]?.value ?? 0;
  return { atStart, lost: Math.max(0, atStart - (lowest(ready)?.value ?? 0)) };
}
