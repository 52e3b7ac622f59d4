import { expect, test } from "vitest";
import { measurePairs, tableOf } from "../../bench/commands/pairs.ts";

/** A comparison whose commands take the given seconds, run after run, on a clock of its own. */
async function compared(ours: readonly number[], parts: Readonly<Record<string, readonly number[]>>) {
  let nowMs = 0;
  const order: string[] = [];
  const timed = (name: string, seconds: readonly number[]) => {
    const left = [...seconds];
    return {
      name,
      run: async () => {
        order.push(name);
        nowMs += (left.shift() ?? 0) * 1000;
      },
    };
  };
  const measure = Object.entries(parts).map(([name, seconds]) => timed(name, seconds));
  const comparison = { name: "up", ours: timed("ours", ours), measure, allowedSeconds: 1 };
  return {
    order,
    measured: await measurePairs(
      comparison,
      ours.length,
      () => undefined,
      () => nowMs,
    ),
  };
}

test("runs alternate, and differences are taken pair by pair", async () => {
  const { order, measured } = await compared([4, 9, 5], { floor: [3.5, 8.1, 3] });
  expect(order).toEqual(["floor", "ours", "floor", "ours", "floor", "ours"]);
  expect(measured.more.median).toBeCloseTo(0.9);
  expect(tableOf([measured]).split("\n").at(-1)).toBe(
    "| up | 5.00 (4.00 to 9.00) | floor 3.50 (3.00 to 8.10) | 0.90 (0.50 to 2.00) | 1.0: met |",
  );
});

test("a measure of several commands is their sum", async () => {
  const { measured } = await compared([10, 10], { kubectl: [4, 5], floor: [3, 3.5] });
  expect(measured.measure.median).toBeCloseTo(7.75);
  expect(tableOf([measured])).toContain("kubectl 4.50 (4.00 to 5.00), floor 3.25 (3.00 to 3.50)");
  expect(tableOf([measured])).toContain("| 1.0: not met |");
});
