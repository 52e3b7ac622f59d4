import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { ComparedChange } from "../../observer/comparison/change.ts";
import { differencesOf } from "../../observer/comparison/differences.ts";
import { seededRandom, shuffled } from "../../observer/seeded-random.ts";
import { changeOfRollout, rolloutsOf } from "./rollout.ts";

const file = new URL("../fixtures/noise/rollouts.ndjson", import.meta.url);
const rollouts = rolloutsOf(await readFile(file, "utf8"));
const random = seededRandom(27);
const plain = rollouts.map((one) => changeOfRollout(one));
const HALVES = 1_000;

/**
 * Parts the rollouts at random into two of `size` so many times, and compares them; the second ones are taken from `second`.
 * Returns which differences were told each time, such as `a has fewer failures than b`.
 */
function told(second: readonly ComparedChange[], size: number, times = HALVES): readonly string[][] {
  return Array.from({ length: times }, () => {
    const order = shuffled([...plain.keys()], random);
    const take = (from: readonly ComparedChange[], at: number) =>
      order.slice(at, at + size).flatMap((index) => from[index] ?? []);
    const samples = [
      { strategy: "a", changes: take(plain, 0), failures: 0 },
      { strategy: "b", changes: take(second, size), failures: 0 },
    ];
    return differencesOf(samples).map(({ measure, better, worse }) => `${better} ${measure.judged.told} ${worse}`);
  });
}

const shareOf = (all: readonly string[][], is: (one: readonly string[]) => boolean) =>
  all.filter(is).length / all.length;

const whole = Math.floor(rollouts.length / 2);

describe("recorded rollouts of one and the same release", () => {
  test("are forty, and differ", () => {
    expect(rollouts).toHaveLength(40);
    expect(new Set(plain.map(({ p99Ms }) => p99Ms)).size).toBeGreaterThan(20);
    expect(new Set(plain.map(({ durationMs }) => durationMs)).size).toBe(40);
  });

  test.each([5, 8, whole])("parted at random into two of %i are hardly ever told apart", (size) => {
    expect(shareOf(told(plain, size), (one) => one.length > 0)).toBeLessThanOrEqual(0.05);
  });

  test("are told apart where the new release answers 5 ms later", () => {
    const late = rollouts.map((one) => changeOfRollout(one, { lateMs: 5, random }));
    const found = told(late, whole);
    const name = "a answers faster by the new release (p50) than b";
    expect(shareOf(found, (one) => one.includes(name))).toBeGreaterThanOrEqual(0.95);
    expect(shareOf(found, (one) => one.some((difference) => difference.startsWith("b ")))).toBeLessThanOrEqual(0.05);
  });

  test("are told apart where 1 % of the new release's answers fail", () => {
    const failing = rollouts.map((one) => changeOfRollout(one, { failingShare: 0.01, random }));
    const found = told(failing, whole);
    expect(shareOf(found, (one) => one.includes("a has fewer failures than b"))).toBeGreaterThanOrEqual(0.95);
  });
});
