import { expect, test } from "vitest";
import { sideBySide } from "../../cli/side-by-side.ts";

test("never works on more items than there are lanes, and gives the results in the order of the items", async () => {
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const begun: number[] = [];
  const results = sideBySide([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    await gates[item]?.promise;
    return item * 10;
  });
  expect(begun).toEqual([0, 1]);
  gates[1]?.resolve();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  gates[2]?.resolve();
  await expect.poll(() => begun).toEqual([0, 1, 2, 3]);
  gates[3]?.resolve();
  gates[0]?.resolve();
  expect(await results).toEqual([0, 10, 20, 30]);
});

test("after a failure a lane takes no further item", async () => {
  const begun: number[] = [];
  const work = sideBySide([0, 1, 2], 1, async (item) => {
    begun.push(item);
    throw new Error(`item ${item}`);
  });
  await expect(work).rejects.toThrow("item 0");
  expect(begun).toEqual([0]);
});

test("nothing is done where there is nothing to do", async () => {
  expect(await sideBySide([], 2, async () => 1)).toEqual([]);
});
