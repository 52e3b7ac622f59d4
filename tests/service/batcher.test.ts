import { expect, it } from "vitest";
import { createBatcher, type Rows } from "../../service/src/batcher.ts";
import type { Model } from "../../service/src/model.ts";
import { Unavailable } from "../../service/src/problem.ts";
import { ROW_WIDTH } from "./support/harness.ts";
import { promised } from "./support/promised.ts";

/** A model that says each row's first feature, remembers the size of its runs, and fails at a row of 13 (bad luck). */
function echo() {
  const runs: number[] = [];
  const model: Model = {
    width: ROW_WIDTH,
    probabilitiesPerRow: 1,
    run(features, count) {
      runs.push(count);
      const probabilities = Float32Array.from({ length: count }, (_, row) => features[row * ROW_WIDTH] ?? Number.NaN);
      if (probabilities.includes(13)) throw new Error("bad luck");
      return { labels: BigInt64Array.from({ length: count }, (_, row) => BigInt(row)), probabilities };
    },
  };
  return { model, runs };
}

function rows(...values: number[]): Rows {
  return {
    count: values.length,
    writeTo: (target, offset) => {
      values.forEach((value, row) => {
        target.fill(value, offset + row * ROW_WIDTH, offset + (row + 1) * ROW_WIDTH);
      });
    },
  };
}

const limits = { maxRunRows: 100, maxQueuedRows: 1_000 };

it("puts what comes in one turn into one run and gives everyone their own rows", async () => {
  const { model, runs } = echo();
  const predict = promised(createBatcher(model, limits).predict);
  const outcomes = await Promise.all([predict(rows(1)), predict(rows(2, 3)), predict(rows(4))]);
  expect(runs).toEqual([4]);
  expect(outcomes.map(({ probabilities }) => [...probabilities])).toEqual([[1], [2, 3], [4]]);
  expect(outcomes.map(({ labels }) => [...labels])).toEqual([[0n], [1n, 2n], [3n]]);
});

it("bounds a run, keeps the order, and lets a single larger request through alone", async () => {
  const { model, runs } = echo();
  const predict = promised(createBatcher(model, { ...limits, maxRunRows: 3 }).predict);
  const outcomes = await Promise.all([
    predict(rows(1, 2)),
    predict(rows(3, 4)),
    predict(rows(5)),
    predict(rows(6, 7, 8, 9)),
    predict(rows(10)),
  ]);
  expect(runs).toEqual([2, 3, 4, 1]);
  expect(outcomes.flatMap(({ probabilities }) => [...probabilities])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it("refuses at once what is more than may wait, and takes more when there is room again", async () => {
  const { model } = echo();
  const batcher = createBatcher(model, { maxRunRows: 2, maxQueuedRows: 3 });
  const predict = promised(batcher.predict);
  const first = predict(rows(1, 2));
  expect(batcher.queuedRows).toBe(2);
  await expect(predict(rows(3, 4))).rejects.toThrow(Unavailable);
  expect([...(await first).probabilities]).toEqual([1, 2]);
  expect(batcher.queuedRows).toBe(0);
  expect([...(await predict(rows(5, 6, 7))).probabilities]).toEqual([5, 6, 7]);
});

it("fails everyone in a run that fails, and nobody else", async () => {
  const { model } = echo();
  const predict = promised(createBatcher(model, { ...limits, maxRunRows: 2 }).predict);
  const settled = await Promise.allSettled([predict(rows(1)), predict(rows(13)), predict(rows(2)), predict(rows(3))]);
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
  expect([...(await predict(rows(4))).probabilities]).toEqual([4]);
});

it("fails a request whose probabilities are not finite, and not those in the same run", async () => {
  const { model, runs } = echo();
  const predict = promised(createBatcher(model, limits).predict);
  const all = [rows(1), rows(2, Number.NaN), rows(Number.POSITIVE_INFINITY), rows(3, 4)];
  const settled = await Promise.allSettled(all.map(predict));
  expect(runs).toEqual([6]);
  expect(
    settled.map((one) => (one.status === "fulfilled" ? [...one.value.probabilities] : one.reason.message)),
  ).toEqual([
    [1],
    "The model gave a probability that is not finite.",
    "The model gave a probability that is not finite.",
    [3, 4],
  ]);
});

it("fails a request whose answer cannot be written, and not those in the same run", async () => {
  const { model } = echo();
  const { predict } = createBatcher(model, limits);
  const told: unknown[] = [];
  predict(rows(1), (error, share) => {
    if (share) throw new Error("broken pipe");
    told.push(error?.message);
  });
  expect([...(await promised(predict)(rows(2))).probabilities]).toEqual([2]);
  expect(told).toEqual(["broken pipe"]);
});
