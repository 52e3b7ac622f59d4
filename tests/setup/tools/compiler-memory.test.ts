import { expect, test } from "vitest";
import { collectorSettings, compilersFor } from "../../../setup/tools/compiler-memory.ts";

const GIB = 2 ** 30;

test("the compiler collects garbage more seldom only where there is plenty of memory", () => {
  expect(collectorSettings(20 * GIB, {})).toEqual({ GOGC: "400" });
  expect(collectorSettings(7 * GIB, {})).toEqual({});
});

test("a user's own GOGC stays", () => {
  expect(collectorSettings(20 * GIB, { GOGC: "50" })).toEqual({});
});

test("two builds run side by side where there is memory for both", () => {
  expect([20, 8, 6].map((gib) => compilersFor(gib * GIB))).toEqual([2, 2, 1]);
});
