/** How a hypothesis stands against a recording. */
export type Verdict = {
  readonly hypothesis: string;
  readonly claim: string;
  readonly outcome: "held" | "refuted" | "inconclusive";
  /** One sentence with figures. */
  readonly sentence: string;
  /** Ids of the events that show it. */
  readonly evidence: readonly number[];
};

/** What a step's plan said of one workload, beside what happened. */
export type PlanComparison = {
  readonly step: string;
  readonly workload: string;
  readonly rows: readonly {
    readonly what: "pods at most" | "ready at least" | "outage" | "replaced" | "surviving" | "duration";
    readonly planned: string;
    readonly observed: string;
    readonly agrees: boolean;
  }[];
};

/** Exit code of an observation: 0 everything held, 1 something is refuted, 2 not all of it could be decided. */
export function exitCodeOf(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  if (verdicts.some(({ outcome }) => outcome === "refuted")) return 1;
  return verdicts.length > 0 && verdicts.every(({ outcome }) => outcome === "held") ? 0 : 2;
}
