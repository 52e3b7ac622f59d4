import type { RecordingHeader } from "../events.ts";
import type { Verdict } from "../verdicts/verdict.ts";
import { count } from "../words.ts";

/** Kinds whose sentence says best what users saw; it closes an answer. */
const OF_USERS = ["no-failed-requests", "some-failed-requests"];
/** Kinds that every experiment needs, but that answer no question of their own. */
const OF_COURSE = ["nothing-changes", "pods-ready", "image-not-pulled", "qos-class", ...OF_USERS];

/** Answers the experiment's question in at most three sentences, made of the verdicts' own. */
export function answerOf(verdicts: readonly Verdict[], hypotheses: RecordingHeader["hypotheses"]): string {
  const of = (outcome: Verdict["outcome"]) => verdicts.filter((verdict) => verdict.outcome === outcome);
  const [refuted, open] = [of("refuted"), of("inconclusive")];
  const all = count(verdicts.length, "claim");
  if (verdicts.length === 0) return "The experiment claims nothing, so there is nothing to decide.";
  if (refuted.length > 0) return `${refuted.length} of ${all} refuted. ${sentences(refuted.slice(0, 2))}`;
  if (open.length > 0)
    return `Nothing is refuted, but ${open.length} of ${all} could not be decided. ${sentences(open.slice(0, 1))}`;
  const held = verdicts.length === 1 ? "The only claim held." : `All ${all} held.`;
  return `${held} ${sentences(telling(verdicts, hypotheses))}`;
}

/** The first verdict that is the experiment's own, and what users saw in the same step. */
function telling(verdicts: readonly Verdict[], hypotheses: RecordingHeader["hypotheses"]): readonly Verdict[] {
  const declared = new Map(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis]));
  const kindOf = ({ hypothesis }: Verdict) => declared.get(hypothesis)?.kind ?? "";
  const stepOf = ({ hypothesis }: Verdict) => declared.get(hypothesis)?.step;
  const first = verdicts.find((verdict) => !OF_COURSE.includes(kindOf(verdict))) ?? verdicts[0];
  if (!first) return [];
  const ofUsers = verdicts.filter((verdict) => verdict !== first && OF_USERS.includes(kindOf(verdict)));
  const last = ofUsers.find((verdict) => stepOf(verdict) === stepOf(first)) ?? ofUsers[0];
  // Some sentences say what users saw themselves.
  return last && !first.sentence.includes(last.sentence.replace(/\.$/, "")) ? [first, last] : [first];
}

const sentences = (verdicts: readonly Verdict[]): string => verdicts.map(({ sentence }) => sentence).join(" ");
