import type { RecordingHeader } from "./events.ts";
import { count } from "./figures.ts";
import type { Verdict } from "./verdict.ts";

/** Kinds whose sentence says best what users saw; it closes an answer. */
const OF_USERS = ["no-failed-requests", "some-failed-requests"];

/** Answers the experiment's question in at most three sentences, made of the verdicts' own. */
export function answerOf(verdicts: readonly Verdict[], hypotheses: RecordingHeader["hypotheses"]): string {
  const of = (outcome: Verdict["outcome"]) => verdicts.filter((verdict) => verdict.outcome === outcome);
  const [refuted, open] = [of("refuted"), of("inconclusive")];
  const all = count(verdicts.length, "claim");
  if (verdicts.length === 0) return "The experiment claims nothing, so there is nothing to decide.";
  if (refuted.length > 0) return `${refuted.length} of ${all} refuted. ${sentences(refuted.slice(0, 2))}`;
  if (open.length > 0)
    return `Nothing is refuted, but ${open.length} of ${all} could not be decided. ${sentences(open.slice(0, 1))}`;
  const kinds = new Map(hypotheses.map(({ id, kind }) => [id, kind]));
  const [first] = verdicts;
  const last = verdicts.find((verdict) => verdict !== first && OF_USERS.includes(kinds.get(verdict.hypothesis) ?? ""));
  const held = verdicts.length === 1 ? "The only claim held." : `All ${all} held.`;
  return `${held} ${sentences([first, last].filter((verdict) => verdict !== undefined))}`;
}

const sentences = (verdicts: readonly Verdict[]): string => verdicts.map(({ sentence }) => sentence).join(" ");
