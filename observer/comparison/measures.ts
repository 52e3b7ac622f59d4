import { figure } from "../words.ts";
import type { ComparedChange } from "./change.ts";

/** One measure of a change of release: a column of the tables, and a panel of the drawing. */
export type Measure = {
  readonly heading: string;
  readonly meaning: string;
  /** The number that the drawing shows, in `unit`; undefined where it was not measured. */
  readonly value: (change: ComparedChange) => number | undefined;
  readonly unit: string;
  readonly digits: number;
  /** The text of a table's cell, with its unit; undefined where it was not measured. */
  readonly cell: (change: ComparedChange) => string | undefined;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** All measures, in the order of the columns. */
export const MEASURES: readonly Measure[] = [
  {
    heading: "duration",
    meaning: "from the first operation of the change to the end of its last one",
    value: ({ durationMs }) => durationMs / 1000,
    unit: "s",
    digits: 1,
    cell: ({ durationMs }) => seconds(durationMs),
  },
  {
    heading: "extra pods",
    meaning: "pods beyond those that were there before the change, terminating ones left out, summed over time",
    value: ({ extraPodSeconds }) => extraPodSeconds,
    unit: "pod-seconds",
    digits: 1,
    cell: ({ extraPodSeconds }) => `${extraPodSeconds.toFixed(1)} pod-s`,
  },
  {
    heading: "fewest ready",
    meaning: "the smallest number of Ready pods at any instant of the change",
    value: ({ fewestReady }) => fewestReady,
    unit: "pods",
    digits: 0,
    cell: ({ fewestReady }) => figure(fewestReady),
  },
  {
    heading: "both answer",
    meaning: "from the first answer of the new release to the last one of the old",
    value: ({ mixedMs }) => mixedMs / 1000,
    unit: "s",
    digits: 1,
    cell: ({ mixedMs }) => seconds(mixedMs),
  },
  {
    heading: "failed",
    meaning: "requests that failed, of all that were sent as long as the change was observed",
    value: ({ failed }) => failed,
    unit: "requests",
    digits: 0,
    cell: ({ failed, requests }) => `${figure(failed)} of ${figure(requests)}`,
  },
  {
    heading: "p99",
    meaning: "the latency below which 99 of 100 answers with success came as long as the change was observed",
    value: ({ p99Ms }) => p99Ms,
    unit: "ms",
    digits: 1,
    cell: ({ p99Ms }) => (p99Ms === undefined ? undefined : `${p99Ms.toFixed(1)} ms`),
  },
];
