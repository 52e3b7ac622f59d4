import type { Recording } from "../../../observer/events.ts";
import type { Outcome } from "../../../observer/verdicts/outcome.ts";
import { type Claim, sceneOf, type Told } from "./scene.ts";

/** One recording with one hypothesis, and how it must be decided. */
export type Case = {
  readonly name: string;
  readonly claim: Claim;
  readonly recording: Recording;
  readonly outcome: Outcome;
  /** What the verdict's sentence must say. */
  readonly says?: string;
};

const caseOf =
  (outcome: Outcome) =>
  (claim: Claim, name: string, told: Told, says?: string): Case => ({
    name,
    claim,
    recording: sceneOf(claim, told),
    outcome,
    ...(says === undefined ? {} : { says }),
  });

/** A recording in which the claim holds. */
export const held = caseOf("held");
/** A recording that refutes it. */
export const refuted = caseOf("refuted");
/** A recording that does not suffice. */
export const inconclusive = caseOf("inconclusive");
