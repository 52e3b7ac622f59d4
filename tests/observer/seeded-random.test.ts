import { describe, expect, test } from "vitest";
import { seededRandom, shuffled } from "../../observer/seeded-random.ts";

const first = (seed: number, many: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: many }, random);
};

describe("random numbers of a seed", () => {
  test("are the same again, and others for other seeds", () => {
    expect(first(3, 5)).toEqual(first(3, 5));
    expect(new Set([0, 1, 2, 3, 0x9e3779b9].map((seed) => first(seed, 1)[0])).size).toBe(5);
  });

  test("fill 0..1 evenly", () => {
    const tenths = Map.groupBy(first(1, 10_000), (value) => Math.floor(value * 10));
    expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // 1,000 each; five standard deviations are 150.
    for (const { length } of tenths.values()) expect(Math.abs(length - 1_000)).toBeLessThan(150);
  });
});

test("every order of three is as likely as any other", () => {
  const random = seededRandom(5);
  const orders = Map.groupBy(
    Array.from({ length: 6_000 }, () => shuffled(["a", "b", "c"], random).join("")),
    (order) => order,
  );
  expect(orders.size).toBe(6);
  for (const { length } of orders.values()) expect(Math.abs(length - 1_000)).toBeLessThan(150);
});
