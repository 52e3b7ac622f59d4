import { describe, expect, test } from "vitest";
import { type RoundsEffects, takeRounds } from "../../../cli/observation/take-rounds.ts";
import { type ComparedRun, nameOf } from "../../../observer/comparison/compared-run.ts";
import { roundsOf } from "../../../observer/comparison/run-order.ts";
import { changed } from "../../observer/support/compared.ts";

const wanted = { strategies: ["rolling", "canary"], repeat: 2, seed: 9 };
const places = roundsOf(wanted).flat();

/** Rounds on a machine where a run takes 100 s; `starved` and `interrupted` name runs by their number, counted from 1. */
function machine({
  starved = [],
  interrupted,
  afterwards,
}: Readonly<Partial<Record<"interrupted" | "afterwards", number>>> & { readonly starved?: readonly number[] } = {}) {
  let made = 0;
  let nowMs = 0;
  const notes: string[] = [];
  const kept: { readonly runs: readonly ComparedRun[]; readonly isComplete: boolean }[] = [];
  const usual = new Map<string, number>();
  const effects: RoundsEffects = {
    observe: async (strategy) => {
      made += 1;
      nowMs += 100_000;
      return made === interrupted ? undefined : `reports/${strategy}/${made}`;
    },
    read: async (folder) => ({
      change: changed(),
      ...(starved.some((number) => folder.endsWith(`/${number}`)) && {
        leftOut: "88 % of this machine's CPU was taken by others",
      }),
    }),
    keep: async (runs, isComplete) => void kept.push({ runs, isComplete }),
    usualSeconds: async (strategy) => usual.get(strategy) ?? 120,
    took: async (strategy, seconds) => void usual.set(strategy, seconds),
    isInterrupted: () => made === afterwards,
    nowMs: () => nowMs,
    note: (line) => notes.push(line.trim()),
  };
  return { effects, notes, kept };
}

describe("rounds", () => {
  test("make every run, and write each down when it is over", async () => {
    const { effects, kept } = machine();
    const { runs, isComplete } = await takeRounds(wanted, [], effects);
    expect(runs.map(nameOf)).toEqual(places.map(nameOf));
    expect(isComplete).toBe(true);
    expect(kept.map(({ runs, isComplete }) => [runs.length, isComplete])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, false],
      [5, false],
      [6, true],
    ]);
  });

  test("say how far they are, and how long it takes by what this machine took before", async () => {
    const { effects, notes } = machine();
    await takeRounds(wanted, [], effects);
    const heads = notes.filter((line) => line.startsWith("round"));
    expect(heads[0]).toBe(
      `round 1 of 2, run 1 of 6: ${nameOf(places[0] ?? { strategy: "", isControl: false })} (usually 2 min 0 s; all that is left about 12 min 0 s)`,
    );
    expect(heads.at(-1)).toMatch(/^round 2 of 2, run 6 of 6: .* \(usually 1 min 40 s\)$/);
  });

  test("repeat a starved run at the end of its round, and say so", async () => {
    const { effects, notes } = machine({ starved: [1] });
    const { runs } = await takeRounds(wanted, [], effects);
    expect(runs).toHaveLength(7);
    expect(runs.filter(({ leftOut }) => leftOut !== undefined)).toHaveLength(1);
    expect(notes.join("\n")).toMatch(/88 % .* by others, so it is repeated at the end of the round; see reports\//);
    expect(notes.join("\n")).toMatch(/round 1 of 2, run 3 of 6: \S.* once more /);
  });

  test("leave out a run that was starved twice, and come to their end", async () => {
    const { effects, notes } = machine({ starved: [1, 4] });
    const { runs, isComplete } = await takeRounds(wanted, [], effects);
    expect([runs.length, isComplete]).toEqual([7, true]);
    expect(notes.join("\n")).toContain("so it is left out");
  });

  test("do not repeat a rollout that failed, and say so", async () => {
    const { effects, notes } = machine();
    const failed = "step change failed: no progress";
    const { runs } = await takeRounds(wanted, [], { ...effects, read: async () => ({ failed }) });
    expect(runs.map(nameOf)).toEqual(places.map(nameOf));
    expect(notes[1]).toMatch(/: step change failed: no progress; that counts, and is not repeated; see reports\//);
  });

  test.each([1, 2, 5])("that are interrupted in run %i go on with those that are done", async (interrupted) => {
    const first = await takeRounds(wanted, [], machine({ interrupted }).effects);
    expect([first.runs.length, first.isComplete]).toEqual([interrupted - 1, false]);
    const { effects, kept } = machine();
    const whole = await takeRounds(wanted, first.runs, effects);
    expect(whole.runs.slice(0, first.runs.length)).toEqual(first.runs);
    expect(whole.runs.map(nameOf)).toEqual(places.map(nameOf));
    expect(kept).toHaveLength(places.length - first.runs.length);
  });

  test("that are interrupted after a run is recorded keep it, and begin no other", async () => {
    const { effects, kept } = machine({ afterwards: 2 });
    expect(await takeRounds(wanted, [], effects)).toMatchObject({ isComplete: false });
    expect(kept.at(-1)?.runs).toHaveLength(2);
  });
});
