import type { Latency } from "./h2load.ts";

/** The kinds of load: one row, 100 rows, and 100 rows as a binary v2 tensor. */
export type LoadName = "single" | "batch" | "binary";

/** One load on one server, in one cycle of a round. */
export interface Sample {
  readonly peer: string;
  readonly load: LoadName;
  readonly round: number;
  /** The number of the cycle; the servers of one cycle are loaded one right after the other. */
  readonly cycle: number;
  readonly perSecond: number;
  readonly cpuMicrosecondsPerRequest: number;
  readonly failures: number;
}

/** Latency of one server in one round. */
export interface LatencySample extends Latency {
  readonly peer: string;
  readonly round: number;
}

/** A figure of one server in one round. */
export interface Figure {
  readonly peer: string;
  readonly round: number;
  readonly value: number;
}

/** All measurements of a run; table and chart are made from them. */
export interface Results {
  readonly time: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly quick: boolean;
  readonly peers: readonly {
    readonly name: string;
    readonly title: string;
    readonly note: string;
    readonly version: string;
    /** Why the peer was not measured. */
    readonly missing?: string;
    readonly sizeBytes?: number;
  }[];
  /** The rate at which latency was measured, in single rows per second. */
  readonly offeredPerSecond?: number;
  readonly samples: readonly Sample[];
  readonly latencies: readonly LatencySample[];
  readonly firstAnswersMs: readonly Figure[];
  readonly memoryBytes: readonly Figure[];
}
