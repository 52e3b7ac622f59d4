import type { StepSpan } from "../course/course.ts";
import { lowest } from "../course/levels.ts";
import { type Span, within } from "../course/span.ts";
import type { Event, Recording } from "../events.ts";
import { median } from "../statistics.ts";
import { count, duration, figure } from "../words.ts";
import { controlOf } from "./control.ts";
import type { Scene } from "./kind.ts";

/** A sample of this machine, or of a node. */
export type Sample = Extract<Event, { type: "machine" | "node" }>;

/**
 * Others may take this share of the machine's CPU. Of two observations side by side on two cores each takes a third to a half of it
 * in the other's steps, 55 % at most in those of ten experiments; busy processes on every core take 70 % and more.
 */
const STARVED_SHARE = 0.6;
/**
 * From this share of a machine's CPU on that anybody uses, none is to spare: below it a process that wants more gets it, whoever
 * uses the rest. With four busy loops on two cores every sample is 99 % busy and more, while others take 70 % to 88 %; side by
 * side with another observation steps are 66 % to 93 % busy. A kubelet's figures are 10 s apart in whole seconds, so that a node
 * of which all is used reads 91 % at least.
 */
export const NONE_TO_SPARE = 0.9;
/** Where others cannot be told apart, timers that are late by more than this (median) show that the observer lacked CPU. */
const LATE_TIMERS_MS = 250;
/** The same of the API server's answers, which take milliseconds on an idle machine. */
const LATE_ANSWERS_MS = 1_000;

/** A share of a machine's CPU, 0..1, and which machine it is. */
type OfMachine = { readonly share: number; readonly of: string };

/** How busy machines were in a span, and the samples that show it. Times are medians. */
export type Surroundings = {
  readonly samples: readonly Sample[];
  /** What anybody used. */
  readonly busy?: OfMachine;
  /** What others used; absent where nobody tells whose processes ran. */
  readonly others?: OfMachine;
  /** What others used of a machine that is starved: they have most of it, and none is to spare. Absent where none is. */
  readonly taken?: OfMachine;
  /** Of this machine; absent where only a node was sampled in the span. */
  readonly timersLateMs?: number;
  readonly apiServerMs?: number;
};

/**
 * Sums up the samples whose time lies in a span for the most part; undefined without any. Where this machine does not show the
 * node's processes, the nodes count, the one of which most was taken.
 *
 * Example: in one sample of 2 s others took 1.8 of 2 cores, in another of 2 s 1.0: they took 70 % of the machine's CPU. Were all
 * cores in use, the machine is starved; on a node of 32 cores of which 9 idle, it is not.
 */
export function surroundingsIn({ events }: Pick<Recording, "events">, span: Span): Surroundings | undefined {
  const samples = events.filter(isSample).filter((sample) => isAbout(sample, span));
  if (samples.length === 0) return undefined;
  const machine = samples.filter((sample) => sample.type === "machine");
  const nodes = Map.groupBy(
    samples.filter((sample) => sample.type === "node"),
    ({ node }) => node,
  );
  const isShown = nodes.size === 0 || machine.some(({ owners }) => owners);
  const places = isShown
    ? [{ of: "this machine's CPU", all: machine }]
    : [...nodes].map(([node, all]) => ({ of: `node ${node}'s CPU`, all }));
  const busy = most(places, ({ busyCores }) => busyCores);
  const others = most(places, ({ owners }) => owners?.others);
  const full = places.filter(({ all }) => (shareOf(all, ({ busyCores }) => busyCores) ?? 0) >= NONE_TO_SPARE);
  const taken = most(full, ({ owners }) => owners?.others);
  const answers = machine.flatMap(({ apiServerMs }) => (apiServerMs === undefined ? [] : [apiServerMs]));
  return {
    samples,
    ...(busy && { busy }),
    ...(others && { others }),
    ...(taken && taken.share >= STARVED_SHARE && { taken }),
    ...(machine.length > 0 && { timersLateMs: median(machine.map(({ timersLateMs }) => timersLateMs)) }),
    ...(answers.length > 0 && { apiServerMs: median(answers) }),
  };
}

export const isSample = (event: Event): event is Sample => event.type === "machine" || event.type === "node";

const isAbout = ({ atMs, overMs }: Sample, { fromMs, untilMs }: Span): boolean =>
  atMs - overMs / 2 >= fromMs && atMs - overMs / 2 < untilMs;

/** The place of which most CPU was used; undefined where no sample tells how many cores were. */
function most(
  places: readonly { readonly of: string; readonly all: readonly Sample[] }[],
  coresOf: (sample: Sample) => number | undefined,
): OfMachine | undefined {
  const shares = places.flatMap(({ of, all }) => {
    const share = shareOf(all, coresOf);
    return share === undefined ? [] : [{ share, of }];
  });
  return shares.toSorted((one, other) => other.share - one.share)[0];
}

/** The share of the CPU time of all cores that was used, 0..1, of the samples that tell it. */
function shareOf(samples: readonly Sample[], coresOf: (sample: Sample) => number | undefined): number | undefined {
  const told = samples.flatMap((sample) => {
    const used = coresOf(sample);
    return used === undefined ? [] : [{ usedMs: used * sample.overMs, wholeMs: sample.cores * sample.overMs }];
  });
  const wholeMs = told.reduce((sum, one) => sum + one.wholeMs, 0);
  const usedMs = told.reduce((sum, one) => sum + one.usedMs, 0);
  return wholeMs > 0 ? Math.min(1, usedMs / wholeMs) : undefined;
}

/** Says what was starved in a span; undefined where nothing was, or where the recording has no samples. */
export function starvedWords({ samples, taken, timersLateMs, apiServerMs }: Surroundings): string | undefined {
  const words = taken && `${Math.round(taken.share * 100)} % of ${taken.of} was taken by others`;
  const shows = samples.some(({ type, owners }) => type === "machine" && owners);
  // What this machine's owners show is surer than lateness. Of a node nothing follows for this machine.
  if (shows || timersLateMs === undefined) return words;
  const late = [
    ...(timersLateMs > LATE_TIMERS_MS ? [`the observer's timers were late by ${duration(timersLateMs)}`] : []),
    ...(apiServerMs === undefined || apiServerMs > LATE_ANSWERS_MS
      ? [
          `the API server ${apiServerMs === undefined ? "did not answer in time" : `took ${duration(apiServerMs)} to answer`}`,
        ]
      : []),
  ];
  const number = samples.filter(({ type }) => type === "machine").length;
  const lateness = late.length === 0 ? undefined : `${late.join(" and ")} (median of ${count(number, "sample")})`;
  return [words, lateness].filter(Boolean).join(", and ") || undefined;
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
