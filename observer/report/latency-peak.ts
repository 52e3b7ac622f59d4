import type { Course, PodState } from "../course/course.ts";
import { firstChange } from "../course/queries.ts";
import { overlaps, type Span } from "../course/span.ts";
import { stepAt } from "../course/step-spans.ts";
import { count, figure, list, were } from "../words.ts";
import type { Lane, LoadBin, TimelineData } from "./chart/data.ts";

/** The highest p99 since the first change, and what pods did meanwhile. Times are in ms since the recording's start. */
export type LatencyPeak = {
  /** When the slowest request of the p99 was due. */
  readonly atMs: number;
  readonly p99Ms: number;
  /** The highest p99 before the first change. */
  readonly beforeMs: number;
  /** Title of the step; absent between steps. */
  readonly step?: string;
  /** Numbers of pods that did so while the slow requests waited; each counts once. */
  readonly pods: Readonly<Record<Doing, number>>;
};

type Doing = "started" | "stopped" | "unready" | "crashed" | "throttled";

/** A peak is clear if it is this many times as high as anything before, and by this much. */
const CLEAR_FACTOR = 2;
const CLEAR_RISE_MS = 20;
/** A single slow answer may be chance. */
const SLOW_ANSWERS = 3;

/**
 * Finds the bin of the time line with the highest p99 since the first change. Undefined where it does not exceed clearly what was
 * before, and where nothing changed or was answered before.
 *
 * Example: before the change no bin has a p99 above 31 ms. In a bin from 12 s on ten answers took 200 ms to 480 ms, the slowest
 * due at 12.4 s; three pods were starting then. The peak is 480 ms at 12.4 s, with 3 pods that started. With only two answers
 * above 62 ms in that bin, it would not count.
 */
export function latencyPeak(data: TimelineData, course: Course): LatencyPeak | undefined {
  const change = firstChange(course);
  if (!change) return undefined;
  const beforeMs = highest(data.bins.filter(({ untilMs }) => untilMs <= change.fromMs))?.p99Ms;
  const peak = highest(data.bins.filter(({ untilMs }) => untilMs > change.fromMs));
  if (beforeMs === undefined || peak === undefined) return undefined;
  const { p99Ms } = peak;
  const bar = Math.max(CLEAR_FACTOR * beforeMs, beforeMs + CLEAR_RISE_MS);
  const slow = course.requests.filter(
    ({ failed, dueMs, latencyMs }) => !failed && latencyMs >= bar && dueMs >= peak.fromMs && dueMs < peak.untilMs,
  );
  const worst = slow.find(({ latencyMs }) => latencyMs === p99Ms);
  if (slow.length < SLOW_ANSWERS || !worst) return undefined;
  const waiting = {
    fromMs: Math.min(...slow.map(({ dueMs }) => dueMs)),
    untilMs: Math.max(...slow.map(({ dueMs, latencyMs }) => dueMs + latencyMs)),
  };
  const step = stepAt(course.steps, worst.dueMs)?.title;
  return { atMs: worst.dueMs, p99Ms, beforeMs, ...(step === undefined ? {} : { step }), pods: doing(data, waiting) };
}

type Answered = LoadBin & { readonly p99Ms: number };

const highest = (bins: readonly LoadBin[]): Answered | undefined =>
  bins
    .filter((bin): bin is Answered => bin.p99Ms !== undefined)
    .reduce<Answered | undefined>((most, bin) => (most && most.p99Ms >= bin.p99Ms ? most : bin), undefined);

function doing({ lanes }: TimelineData, waiting: Span): LatencyPeak["pods"] {
  const pods = { crashed: 0, started: 0, stopped: 0, unready: 0, throttled: 0 };
  for (const lane of lanes) {
    const did = didOf(lane, waiting);
    if (did) pods[did] += 1;
  }
  return pods;
}

/** What a pod did in a span; the first of several counts. */
function didOf({ spans, throttled }: Lane, waiting: Span): Doing | undefined {
  const states = new Set<PodState>(spans.filter((span) => overlaps(span, waiting)).map(({ state }) => state));
  if (states.has("crashed") || states.has("ended")) return "crashed";
  if (states.has("pending") || states.has("starting")) return "started";
  if (states.has("terminating")) return "stopped";
  if (states.has("unready")) return "unready";
  return throttled.some((span) => overlaps(span, waiting)) ? "throttled" : undefined;
}

/** A peak in words: `p99 480 ms at 12.4 s, in the step "Change to v2", while 3 pods started and 2 stopped; before …`. */
export function peakText({ atMs, p99Ms, beforeMs, step, pods }: LatencyPeak): string {
  const within = step === undefined ? "" : ` in the step "${step}",`;
  return `p99 ${figure(p99Ms)} ms at ${(atMs / 1000).toFixed(1)} s,${within} while ${inWords(pods)}; before the first change it was at most ${figure(beforeMs)} ms.`;
}

function inWords({ started, stopped, unready, crashed, throttled }: LatencyPeak["pods"]): string {
  const parts = [
    { number: started, did: "started" },
    { number: stopped, did: "stopped" },
    { number: unready, did: `${were(unready)} unready` },
    { number: crashed, did: "had crashed" },
    { number: throttled, did: `${were(throttled)} throttled` },
  ].filter(({ number }) => number > 0);
  const words = parts.map(({ number, did }, index) => `${index === 0 ? count(number, "pod") : number} ${did}`);
  return words.length === 0 ? "no pod came or went" : list(words);
}
