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
