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
  /** Why no plan says what happened, in a few words; without rows then, and absent otherwise. */
  readonly notCompared?: string;
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

/** The exit code of an observation, which is the gravest of its verdicts'. */
export const exitCodeOf = (verdicts: readonly Verdict[]): number =>
  gravestOf(verdicts.map(({ outcome }) => OUTCOMES[outcome].exitCode));

/**
 * The exit code of several outcomes, given by theirs: that of `refuted` if any is refuted, that of `held` if all are held, else (or
 * without outcomes) that of `inconclusive`.
 */
export function gravestOf(codes: readonly number[]): number {
  const { held, refuted, inconclusive } = OUTCOMES;
  const gravest = [refuted, inconclusive, held].find(({ exitCode }) => codes.includes(exitCode));
  return (gravest ?? inconclusive).exitCode;
}
