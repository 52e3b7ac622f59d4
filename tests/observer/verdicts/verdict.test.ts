import { expect, it } from "vitest";
import { exitCodeOf, gravestOf, type Verdict } from "../../../observer/verdicts/verdict.ts";

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

it.each([
  ["a refuted one beside one that is inconclusive or did not run", [0, 1, 2], 1],
  ["an inconclusive one beside held ones", [0, 2, 0], 2],
  ["held ones", [0, 0], 0],
])("gives the exit code of several observations: %s", (_which, codes, code) => {
  expect(gravestOf(codes)).toBe(code);
  expect(gravestOf(codes.toReversed())).toBe(code);
});
