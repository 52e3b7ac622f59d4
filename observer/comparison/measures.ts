import { shareBounds } from "../verdicts/how-sure.ts";
import { figure, smallPercent } from "../words.ts";
import type { ComparedChange } from "./change.ts";

/** One measure of a change of release: a column of the tables, and a panel of the drawing. */
export type Measure = {
  readonly heading: string;
  readonly meaning: string;
  /** What is compared and drawn, in `unit`; undefined where it was not measured. */
  readonly value: (change: ComparedChange) => number | undefined;
  readonly unit: string;
  /** A value with its unit, as in `38.0 s`. */
  readonly text: (value: number) => string;
  /** The text of a run's cell, with its unit; undefined where it was not measured. */
  readonly cell: (change: ComparedChange) => string | undefined;
  /** Of which strategies are told apart by this measure; less is better. Absent where neither less nor more is. */
  readonly judged?: Judged;
};

/** How a difference is told: `rolling ${told} canary`. Users meet some differences, and whoever runs the cluster pays for others. */
export type Judged = { readonly told: string; readonly matters: "to users" | "as a cost" };

/** A measure by which strategies are told apart. */
export type JudgedMeasure = Measure & { readonly judged: Judged };

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
const podSeconds = (value: number): string => `${value.toFixed(1)} pod-s`;
const known = (value: number | undefined, text: (value: number) => string) =>
  value === undefined ? undefined : text(value);

/** All measures, in the order of the columns. */
export const MEASURES: readonly Measure[] = [
  measure({
    heading: "duration",
    meaning: "from the first operation of the change to the end of its last one",
    value: ({ durationMs }) => durationMs / 1000,
    unit: "s",
    text: seconds,
    judged: { told: "takes less time than", matters: "as a cost" },
  }),
  measure({
    heading: "extra pods",
    meaning: "pods beyond those that were there before the change, terminating ones left out, summed over time",
    value: ({ extraPodSeconds }) => extraPodSeconds,
    unit: "pod-seconds",
    text: podSeconds,
    judged: { told: "takes fewer pod-seconds than", matters: "as a cost" },
  }),
  measure({
    heading: "fewest ready",
    meaning: "the smallest number of Ready pods at any instant of the change",
    value: ({ fewestReady }) => fewestReady,
    unit: "pods",
    text: (value) => String(value),
  }),
  measure({
    heading: "both answer",
    meaning: "from the first answer of the new release to the last one of the old",
    value: ({ mixedMs }) => mixedMs / 1000,
    unit: "s",
    text: seconds,
  }),
  {
    heading: "failed",
    meaning:
      "requests that failed, of all that were sent as long as the change was observed, and between which shares the true one lies " +
      "at 95 % on either side",
    value: ({ failed, requests }) => (requests === 0 ? undefined : failed / requests),
    unit: "share of requests",
    text: smallPercent,
    cell: ({ failed, requests }) =>
      `${figure(failed)} of ${figure(requests)} (${shareBounds({ failures: failed, requests })})`,
    judged: { told: "has fewer failures than", matters: "to users" },
  },
  measure({
    heading: "new p50",
    meaning: "the median latency of the new release's answers with success as long as the change was observed",
    value: ({ newP50Ms }) => newP50Ms,
    unit: "ms",
    text: milliseconds,
    judged: { told: "answers faster by the new release (p50) than", matters: "to users" },
  }),
  measure({
    heading: "p99",
    meaning: "the latency below which 99 of 100 answers with success came as long as the change was observed",
    value: ({ p99Ms }) => p99Ms,
    unit: "ms",
    text: milliseconds,
    judged: { told: "answers faster (p99) than", matters: "to users" },
  }),
];

/** The measures by which strategies are told apart. */
export const JUDGED: readonly JudgedMeasure[] = MEASURES.flatMap((one) =>
  one.judged ? [{ ...one, judged: one.judged }] : [],
);

/** A measure of which a run's cell shows the value alone. */
function measure(facts: Omit<Measure, "cell">): Measure {
  return { ...facts, cell: (change) => known(facts.value(change), facts.text) };
}
