import { expect, test } from "vitest";
import { enoughRequestsMs } from "../../../cli/observation/enough-requests.ts";
import type { Hypothesis } from "../../../observer/verdicts/hypotheses/index.ts";

const hypotheses: readonly Hypothesis[] = [
  { id: "no-op", claim: "Nothing changes.", kind: "nothing-changes", step: "again" },
  { id: "no-failures", claim: "No request fails.", kind: "no-failed-requests", step: "change" },
];

test.each([
  ["at the usual rate and share", 100, 0.01, 3_990],
  ["at a tenth of the rate", 10, 0.01, 30_900],
  ["for a tenth of the share", 100, 0.001, 30_950],
])("%s a claim about requests takes %i/s, %d: %i ms", (_what, ratePerSecond, atMostShare, ms) => {
  expect(enoughRequestsMs(hypotheses, "change", { ratePerSecond, atMostShare })).toBeCloseTo(ms, -1);
});

test.each([
  ["a smaller share", { share: 0.001, confidence: 0.95 }, 30_950],
  ["more confidence", { share: 0.01, confidence: 0.999 }, 7_880],
  ["less than the other claim", { share: 0.05, confidence: 0.95 }, 3_990],
  ["no number of requests", { share: 0, confidence: 0.95 }, 3_990],
])("beside a claim that takes %s the larger need counts", (_what, asked, ms) => {
  const beside: Hypothesis = { id: "few", claim: "Few fail.", kind: "failures-at-most", step: "change", ...asked };
  const load = { ratePerSecond: 100, atMostShare: 0.01 };
  expect(enoughRequestsMs([...hypotheses, beside], "change", load)).toBeCloseTo(ms, -1);
  expect(enoughRequestsMs([...hypotheses, beside], "again", load)).toBe(0);
});

test("a step without such a claim needs no requests", () => {
  expect(enoughRequestsMs(hypotheses, "again", { ratePerSecond: 1, atMostShare: 0.001 })).toBe(0);
});
