import { describe, expect, test } from "vitest";
import { isWithin, overlaps, totalMs, within } from "../../../observer/course/span.ts";

const span = { fromMs: 1000, untilMs: 2000 };

test.each([
  [999, false],
  [1000, true],
  [1500, true],
  [1999.999, true],
  [2000, false],
])("an instant at %s ms lies within 1000..2000 ms: %s", (atMs, is) => {
  expect(isWithin(atMs, span)).toBe(is);
});

describe("two spans", () => {
  test.each([
    ["the same", 1000, 2000, true],
    ["one within the other", 1200, 1300, true],
    ["one around the other", 0, 3000, true],
    ["one that begins before and ends within", 500, 1001, true],
    ["one that begins within and ends after", 1999, 2500, true],
    ["one that ends where the other begins", 500, 1000, false],
    ["one that begins where the other ends", 2000, 2500, false],
    ["one that is over before", 0, 999, false],
  ])("overlap: %s, %s..%s ms: %s", (_, fromMs, untilMs, shared) => {
    const other = { fromMs, untilMs };
    expect(overlaps(span, other)).toBe(shared);
    expect(overlaps(other, span)).toBe(shared);
  });
});

test("the parts of spans within another keep what else they say, and add up to the time that they share", () => {
  const states = [
    { fromMs: 0, untilMs: 1000, state: "pending" },
    { fromMs: 1000, untilMs: 1700, state: "ready" },
    { fromMs: 1700, untilMs: 5000, state: "terminating" },
  ];
  const parts = within(states, span);
  expect(parts).toEqual([
    { fromMs: 1000, untilMs: 1700, state: "ready" },
    { fromMs: 1700, untilMs: 2000, state: "terminating" },
  ]);
  expect(totalMs(parts)).toBe(1000);
  expect(totalMs([])).toBe(0);
});
