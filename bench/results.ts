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
  /** The server's answer of 404 at the same rate just before: what HTTP and the generator alone take. */
  readonly notFoundP99Ms?: number;
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
    /** The command that started it, without folders. */
    readonly command?: string;
    /** Why the peer was not measured. */
    readonly missing?: string;
    /** Its files, its interpreter, and the libraries that it loads beyond those of a base image. */
    readonly sizeBytes?: number;
  }[];
  /** The rate at which latency was measured, in single rows per second. */
  readonly offeredPerSecond?: number;
  readonly samples: readonly Sample[];
  readonly latencies: readonly LatencySample[];
  readonly firstAnswersMs: readonly Figure[];
  /** Memory after load, while no other server runs: proportional and resident set size. */
  readonly pssBytes: readonly Figure[];
  readonly rssBytes: readonly Figure[];
}
