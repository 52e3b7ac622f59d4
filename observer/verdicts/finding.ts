import type { Outcome } from "./outcome.ts";

/**
 * What a kind finds in the events alone, before gaps and interruptions are weighed. A refutation rests on
 * - `witness`: something that was seen and that nothing unseen could undo;
 * - `end`: the state at the step's end, which counts unless just that was not seen;
 * - `absence`: something that never showed, so it might have been there while nobody looked.
 */
export type Finding = {
  readonly outcome: Outcome;
  readonly by: "witness" | "end" | "absence";
  /** Without a full stop. */
  readonly sentence: string;
  readonly evidence: readonly number[];
};

/** The claim is borne out by everything that was seen. */
export const held = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "held",
  by: "witness",
  sentence,
  evidence,
});

/** The claim is wrong, and the events named show it. */
export const refuted = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "witness",
  sentence,
  evidence,
});

/** The claim is wrong as things stand at the step's end. */
export const refutedAtEnd = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "end",
  sentence,
  evidence,
});

/** The claim is wrong because what it promises never showed. */
export const neverSeen = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "refuted",
  by: "absence",
  sentence,
  evidence,
});

/** The events do not suffice either way. */
export const inconclusive = (sentence: string, evidence: readonly number[]): Finding => ({
  outcome: "inconclusive",
  by: "absence",
  sentence,
  evidence,
});
