import { expect, it } from "vitest";
import { exitCodeOf, type Verdict } from "../../../observer/verdicts/verdict.ts";

const verdicts = (...outcomes: Verdict["outcome"][]): Verdict[] =>
  outcomes.map((outcome) => ({ hypothesis: "h", claim: "It is so.", outcome, sentence: "So it is.", evidence: [1] }));

it.each([
  [verdicts("held", "held"), 0],
  [verdicts("held", "refuted", "inconclusive"), 1],
  [verdicts("inconclusive", "refuted"), 1],
  [verdicts("held", "inconclusive"), 2],
  [verdicts(), 2],
])("gives the exit code of %j", (all, code) => {
  expect(exitCodeOf(all)).toBe(code);
});
