import { expect, test } from "vitest";
import {
  type ChangeUnderWay,
  LONGEST_CHANGE_MS,
  LONGEST_WAIT_MS,
  limitOf,
  longestLoadMs,
} from "../../../observer/run/change-limit.ts";

const started = { startMs: 0, patienceMs: 660_000, graceMs: 30_000 };
const first = { ...started, seenMs: 120_000, plannedMs: 60_000 };
const second = { ...started, seenMs: 150_000, plannedMs: 90_000 };

/** Those of the header's example first. */
test.each<[string, ChangeUnderWay, number]>([
  ["a command that has changed nothing yet has its patience", started, 660_000],
  ["a command that has changed something has it anew", first, 780_000],
  ["a plan counts from when the change was seen", { ...first, commandEndedMs: 121_000 }, 180_000],
  ["and from the last change", { ...second, commandEndedMs: 151_000 }, 240_000],
  ["what a command did last may be told a little later", { ...second, commandEndedMs: 300_000, graceMs: 0 }, 305_000],
  ["and the last old pod then has all its time to stop", { ...second, commandEndedMs: 300_000 }, 335_000],
  ["a plan that is longer than the patience holds while a command runs", { ...first, plannedMs: 900_000 }, 1_020_000],
  [
    "a change without a plan has the patience from when it was seen",
    { ...started, seenMs: 500_000, commandEndedMs: 501_000 },
    1_160_000,
  ],
  ["the user's own limit counts from the start, whatever the plan", { ...first, timeoutMs: 5_000 }, 5_000],
  ["no plan is waited for without end", { ...first, plannedMs: 1e9, commandEndedMs: 121_000 }, LONGEST_CHANGE_MS],
])("%s", (_, under, untilMs) => {
  expect(limitOf(under)).toBe(untilMs);
});

test("load lasts for the longest change, and for the longest wait before it", () => {
  expect(longestLoadMs(true) - longestLoadMs(false)).toBe(LONGEST_WAIT_MS);
  // Up to 75 s before the change, and a minute each in it and after it until there are enough requests.
  expect(longestLoadMs(false)).toBeGreaterThan(LONGEST_CHANGE_MS + 75_000 + 2 * 60_000);
});
