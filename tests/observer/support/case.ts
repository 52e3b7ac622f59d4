import type { Recording } from "../../../observer/events.ts";
import type { Outcome } from "../../../observer/verdicts/outcome.ts";
import { type Claim, sceneOf, type Told } from "./scene.ts";

/** A recording with one hypothesis, and the verdict that it must get. */
export type Case = {
  readonly name: string;
  readonly claim: Claim;
  readonly recording: Recording;
  readonly outcome: Outcome;
  /** A part of the verdict's sentence. */
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

/** A recording by which the claim is held. */
export const held = caseOf("held");
/** A recording by which the claim is refuted. */
export const refuted = caseOf("refuted");
/** A recording by which the claim is inconclusive. */
export const inconclusive = caseOf("inconclusive");
