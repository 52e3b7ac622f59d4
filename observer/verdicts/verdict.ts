import { OUTCOMES, type Outcome } from "./outcome.ts";

/** The outcome of a hypothesis in a recording, and why. */
export type Verdict = {
  readonly hypothesis: string;
  readonly claim: string;
  readonly outcome: Outcome;
  /** One sentence with figures: what was seen. */
  readonly sentence: string;
  /** Ids of the events that show it, ascending. */
  readonly evidence: readonly number[];
};

/** A step's plan for one workload, or for the Service, beside what happened. */
export type PlanComparison = {
  readonly step: string;
  readonly workload: string;
  readonly rows: readonly {
    readonly what:
      | "pods at most"
      | "ready at least"
      | "outage"
      | "without a Ready pod"
      | "replaced"
      | "surviving"
      | "duration";
    readonly planned: string;
    readonly observed: string;
    readonly agrees: boolean;
  }[];
};

/**
 * The exit code of an observation: that of `refuted` if any verdict is refuted, that of `held` if all are held, else (or without
 * verdicts) that of `inconclusive`.
 */
export function exitCodeOf(verdicts: readonly Verdict[]): number {
  const { held, refuted, inconclusive } = OUTCOMES;
  if (verdicts.some(({ outcome }) => outcome === "refuted")) return refuted.exitCode;
  const allHeld = verdicts.length > 0 && verdicts.every(({ outcome }) => outcome === "held");
  return (allHeld ? held : inconclusive).exitCode;
}
