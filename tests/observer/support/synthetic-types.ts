import type { Happening, PlannedRollout, RecordingHeader } from "../../../observer/events.ts";

/** One run of a pod's container; times are on the recording's clock. */
export type SyntheticRun = {
  readonly startedMs: number;
  readonly readyMs?: number;
  readonly endedMs?: number;
  readonly reason?: string;
  readonly exitCode?: number;
};

/** The whole life of a pod. With a negative `createdMs` it exists before the recording. */
export type SyntheticPod = {
  readonly name: string;
  readonly release: string;
  readonly createdMs: number;
  readonly runs: readonly SyntheticRun[];
  readonly unready?: readonly (readonly [fromMs: number, untilMs: number])[];
  readonly deletionMs?: number;
  readonly goneMs?: number;
  /** The most that is added to the latency of its answers. */
  readonly slowMs?: number;
};

/** A step with its times. Without `untilMs` the recording ends within it. */
export type SyntheticStep = {
  readonly id: string;
  readonly title: string;
  readonly releases: readonly string[];
  readonly fromMs: number;
  readonly operationMs: number;
  readonly untilMs?: number;
  readonly outcome?: "succeeded" | "failed" | "interrupted";
  readonly message?: string;
  readonly plans?: readonly PlannedRollout[];
  readonly diff?: string;
};

/** What `synthesize` makes a recording of. */
export type SyntheticRecording = {
  readonly experiment: string;
  readonly title: string;
  readonly question: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly hypotheses?: RecordingHeader["hypotheses"];
  readonly ratePerSecond: number;
  readonly steps: readonly SyntheticStep[];
  readonly pods: readonly SyntheticPod[];
  /** `endless`: no event reports the end of the load. */
  readonly load?: {
    readonly fromMs: number;
    readonly untilMs: number;
    readonly endless?: true;
    /** Release of the pods to which all kept connections lead. */
    readonly keptWith?: string;
  };
  readonly extra?: readonly (readonly [atMs: number, happening: Happening])[];
  readonly seed?: number;
};
