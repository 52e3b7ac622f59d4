import { OUTCOMES, type Outcome } from "./outcome.ts";

/** How a hypothesis stands against a recording. */
export type Verdict = {
  readonly hypothesis: string;
  readonly claim: string;
  readonly outcome: Outcome;
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

/** Exit code of an observation: that of `refuted` where something is, else that of `held` where everything did. */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  const { held, refuted, inconclusive } = OUTCOMES;
  if (verdicts.some(({ outcome }) => outcome === "refuted")) return refuted.exitCode;
  const allHeld = verdicts.length > 0 && verdicts.every(({ outcome }) => outcome === "held");
  return (allHeld ? held : inconclusive).exitCode;
}
