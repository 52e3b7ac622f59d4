import { expect, test } from "vitest";
import { collectorSettings, compilersFor } from "../../../setup/tools/compiler-memory.ts";

const machine = (gib: number, cores = 2) => ({ availableBytes: gib * 2 ** 30, cores });

test("the compiler collects garbage more seldom only where there is plenty of memory", () => {
  expect(collectorSettings(machine(20), {})).toEqual({ GOGC: "400" });
  expect(collectorSettings(machine(7), {})).toEqual({});
  expect(collectorSettings(machine(20, 8), {})).toEqual({});
});

test("a user's own GOGC stays", () => {
  expect(collectorSettings(machine(20), { GOGC: "50" })).toEqual({});
});

test("two builds run side by side where there is memory for the compilers of both, one for each core", () => {
  expect([20, 8, 6].map((gib) => compilersFor(machine(gib)))).toEqual([2, 2, 1]);
  expect([64, 20].map((gib) => compilersFor(machine(gib, 8)))).toEqual([2, 1]);
});
