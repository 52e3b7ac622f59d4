import type { Outcome } from "./outcome.ts";

/**
 * A kind's answer by the events alone, before doubts are weighed. `by` says what a refutation rests on:
 * - `witness`: something was seen, and nothing that was missed can undo it;
 * - `end`: the state at the step's end, which stands unless a gap hides that end;
 * - `absence`: something was never seen, but a gap may hide it.
 */
export type Finding = {
  readonly outcome: Outcome;
  readonly by: "witness" | "end" | "absence";
  /** Without a full stop. */
  readonly sentence: string;
  readonly evidence: readonly number[];
};

/** Everything that was seen agrees with the claim. */
export const held = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "held",
  by: "witness",
  sentence,
  evidence,
});

/** The claim is wrong, and the events of the evidence show it. */
export const refuted = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "witness",
  sentence,
  evidence,
});

/** The claim is wrong by the state at the step's end. */
export const refutedAtEnd = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "end",
  sentence,
  evidence,
});

/** The claim is wrong because nothing of what it claims was seen. */
export const neverSeen = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "absence",
  sentence,
  evidence,
});

/** The events decide neither for the claim nor against it. */
export const inconclusive = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "inconclusive",
  by: "absence",
  sentence,
  evidence,
});
