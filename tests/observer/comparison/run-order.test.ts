import { describe, expect, test } from "vitest";
import { nameOf, type Place } from "../../../observer/comparison/compared-run.ts";
import { MOST_ATTEMPTS, nextRun, roundsOf } from "../../../observer/comparison/run-order.ts";

const wanted = { strategies: ["rolling", "canary", "recreate"], repeat: 8, seed: 42 };
const rounds = roundsOf(wanted);
const all = ["canary", "recreate", "rolling", "rolling again"];

describe("rounds", () => {
  test("have every strategy once each, and the first one again as the control", () => {
    expect(rounds).toHaveLength(8);
    for (const [index, places] of rounds.entries()) {
      expect(places.map(nameOf).toSorted()).toEqual(all);
      expect(new Set(places.map(({ round }) => round))).toEqual(new Set([index + 1]));
    }
  });

  test("come in orders by chance, which the seed decides", () => {
    expect(roundsOf(wanted)).toEqual(rounds);
    expect(roundsOf({ ...wanted, seed: 43 })).not.toEqual(rounds);
    expect(new Set(rounds.map((places) => places.map(nameOf).join())).size).toBeGreaterThan(4);
  });

  test("have no control where there is only one: a single run says nothing of noise", () => {
    expect(roundsOf({ ...wanted, repeat: 1 }).map((places) => places.map(nameOf).toSorted())).toEqual([
      ["canary", "recreate", "rolling"],
    ]);
  });
});

describe("the next run", () => {
  type Done = Place & { readonly leftOut?: string };
  /** Makes runs until none is next; `isStarved` says which of them are left out. */
  const goOn = (done: readonly Done[], isStarved: (run: Place, attempt: number) => boolean, most = 99): Done[] => {
    const runs = [...done];
    for (let next = nextRun(rounds, runs); next && runs.length < most; next = nextRun(rounds, runs)) {
      runs.push({ ...next.place, ...(isStarved(next.place, next.attempt) && { leftOut: "starved" }) });
    }
    return runs;
  };

  test("follows the rounds, and says what comes after it", () => {
    expect(goOn([], () => false)).toEqual(rounds.flat());
    expect(nextRun(rounds, [])).toMatchObject({ attempt: 1, later: rounds.flat().slice(1) });
    expect(nextRun(rounds, rounds.flat())).toBeUndefined();
  });

  test("repeats what was starved at the end of its round, once", () => {
    const runs = goOn([], ({ round, strategy }) => round === 1 && strategy === "canary");
    const first = runs.filter(({ round }) => round === 1).map(nameOf);
    expect(first).toHaveLength(5);
    expect(first.at(-1)).toBe("canary");
    expect(runs).toHaveLength(33);
  });

  test("does not repeat a rollout that failed", () => {
    const done = rounds.flat().map((place) => ({ ...place, failed: "step change failed" }));
    expect(nextRun(rounds, done)).toBeUndefined();
  });

  test("does not go on for ever where the machine stays starved", () => {
    expect(goOn([], () => true)).toHaveLength(32 * MOST_ATTEMPTS);
  });

  test.each([1, 4, 5, 9, 30])("goes on after %i runs as if nothing had interrupted it", (number) => {
    const isStarved = ({ round, strategy }: Place, attempt: number) =>
      round % 3 === 1 && strategy === "canary" && attempt === 1;
    const whole = goOn([], isStarved);
    expect(goOn(goOn([], isStarved, number), isStarved)).toEqual(whole);
  });
});
