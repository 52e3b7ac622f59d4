import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runStages, type Stage } from "../../setup/run-stages.ts";

/** The example of run-stages.ts. */
const EXAMPLE: readonly Stage<"a" | "b" | "c" | "d" | "e">[] = [
  { name: "c", needs: [], seconds: 5, compiles: true },
  { name: "d", needs: [], seconds: 5, compiles: true },
  { name: "a", needs: [], seconds: 10, compiles: true },
  { name: "b", needs: ["a"], seconds: 30, compiles: true },
  { name: "e", needs: [], seconds: 5 },
];
const secondsOf = (name: string) => EXAMPLE.find((stage) => stage.name === name)?.seconds ?? 0;

describe("runStages", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Runs the example, and tells the second at which each stage began. */
  async function begins(compilers: number) {
    const began: Record<string, number> = {};
    const start = Date.now();
    const work = (name: string) => {
      began[name] = (Date.now() - start) / 1000;
      return new Promise((resolve) => setTimeout(resolve, secondsOf(name) * 1000));
    };
    const run = runStages(EXAMPLE, work, compilers);
    const end = run.done("a", "b", "c", "d", "e").then(() => (Date.now() - start) / 1000);
    await vi.runAllTimersAsync();
    return { began, end: await end };
  }

  test("begins what has the longest chain behind it, with two compilers at most", async () => {
    expect(await begins(2)).toEqual({ began: { a: 0, c: 0, e: 0, d: 5, b: 10 }, end: 40 });
  });

  test("lets one compiler after the other run where only one may", async () => {
    expect(await begins(1)).toEqual({ began: { a: 0, e: 0, b: 10, c: 40, d: 45 }, end: 50 });
  });
});

describe("a stage that fails", () => {
  const stages: readonly Stage<"bad" | "slow" | "after">[] = [
    { name: "bad", needs: [], seconds: 1 },
    { name: "slow", needs: [], seconds: 9 },
    { name: "after", needs: ["bad"], seconds: 1 },
  ];

  test("ends what runs beside it, lets nothing else begin, and is what whoever waits hears", async () => {
    const began: string[] = [];
    let slowEnded = false;
    const run = runStages(
      stages,
      async (name, signal) => {
        began.push(name);
        if (name === "bad") throw new Error("no network");
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        slowEnded = true;
      },
      2,
    );
    await expect(run.done("after")).rejects.toThrow("no network");
    expect(slowEnded).toBe(true);
    expect(began.toSorted()).toEqual(["bad", "slow"]);
  });

  test("is told to whoever asks later, too", async () => {
    const run = runStages(
      stages,
      (name) => (name === "bad" ? Promise.reject(new Error("no disk")) : Promise.resolve()),
      2,
    );
    await expect(run.done("bad")).rejects.toThrow("no disk");
    await expect(run.done("after")).rejects.toThrow("no disk");
  });
});

test("the disposal ends stages that still run, and waits for them", async () => {
  let ended = false;
  {
    await using run = runStages(
      [
        { name: "quick", needs: [], seconds: 1 },
        { name: "long", needs: [], seconds: 1 },
      ],
      async (name, signal) => {
        if (name === "quick") return;
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        ended = true;
      },
      2,
    );
    await run.done("quick");
    expect(ended).toBe(false);
  }
  expect(ended).toBe(true);
});
