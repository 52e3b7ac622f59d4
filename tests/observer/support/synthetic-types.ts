import type { Happening, PlannedRollout, RecordingHeader } from "../../../observer/events.ts";

/** One run of a pod's container, on the recording's clock. */
export type SyntheticRun = {
  readonly startedMs: number;
  readonly readyMs?: number;
  readonly endedMs?: number;
  readonly reason?: string;
  readonly exitCode?: number;
};

/** The whole course of a pod; a negative creation means that it was there before. */
export type SyntheticPod = {
  readonly name: string;
  readonly release: string;
  readonly createdMs: number;
  readonly runs: readonly SyntheticRun[];
  readonly unready?: readonly (readonly [fromMs: number, untilMs: number])[];
  readonly deletionMs?: number;
  readonly goneMs?: number;
  /** Added to latency at most. */
  readonly slowMs?: number;
};

/** A step with its times; without `untilMs` it never ended. */
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

/** What a recording is made of. */
export type SyntheticRecording = {
  readonly experiment: string;
  readonly title: string;
  readonly question: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly hypotheses?: RecordingHeader["hypotheses"];
  readonly ratePerSecond: number;
  readonly steps: readonly SyntheticStep[];
  readonly pods: readonly SyntheticPod[];
  /** `endless`: no event says that it ended. */
  readonly load?: {
    readonly fromMs: number;
    readonly untilMs: number;
    readonly endless?: true;
    /** Release whose pods the kept connections were made to, and stay with. */
    readonly keptWith?: string;
  };
  readonly extra?: readonly (readonly [atMs: number, happening: Happening])[];
  readonly seed?: number;
};
