import { expect, it } from "vitest";
import { createTurns } from "../../../service/src/bodies/turns.ts";

/** Ends after so many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function collect(turnBytes: number) {
  const { take } = createTurns(turnBytes);
  const done: string[] = [];
  return { done, take: (bytes: number, name: string) => take(bytes, () => void done.push(name)) };
}

it("does at once what fits into a turn, the rest later and in order", async () => {
  const { take, done } = collect(10);
  for (const name of ["a", "b", "c", "d", "e"]) take(5, name);
  expect(done).toEqual(["a", "b"]);
  await turns(1);
  expect(done).toEqual(["a", "b", "c", "d"]);
  // What comes later does not overtake.
  take(1, "f");
  await turns(2);
  expect(done).toEqual(["a", "b", "c", "d", "e", "f"]);
});

it("lets others have the event loop in between", async () => {
  const { take, done } = collect(1);
  for (const name of ["a", "b", "c"]) take(1, name);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done.length).toBeLessThan(3);
});

it("does what is larger than a turn alone", async () => {
  const { take, done } = collect(10);
  take(500, "large");
  take(1, "small");
  expect(done).toEqual(["large"]);
  await turns(1);
  expect(done).toEqual(["large", "small"]);
});
