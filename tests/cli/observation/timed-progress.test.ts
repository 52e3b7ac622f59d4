import { expect, test } from "vitest";
import { timedProgress } from "../../../cli/observation/timed-progress.ts";
import type { Progress } from "../../../observer/run/conduct.ts";

/** What is shown and remembered of some progress, each event with the seconds at which it comes. */
async function watched(events: readonly (readonly [number, Progress])[], known: Readonly<Record<string, number>> = {}) {
  const took: Record<string, number> = {};
  const shown: Progress[] = [];
  let nowMs = 0;
  const durations = {
    usualSeconds: async (what: string) => known[what],
    took: async (what: string, seconds: number) => {
      took[what] = seconds;
    },
  };
  const show = await timedProgress(
    "pod",
    [{ id: "deploy" }],
    durations,
    (one) => void shown.push(one),
    () => nowMs,
  );
  for (const [seconds, progress] of events) {
    nowMs = seconds * 1000;
    show(progress);
  }
  return { took, shown };
}

const step = "deploy";

test("a step's phases are timed, and observing is not: it lasts as long as asked", async () => {
  const { took, shown } = await watched([
    [0, { step, doing: "planning" }],
    [4, { step, doing: "operating", plannedMs: 9_000 }],
    [12, { step, doing: "observing", usuallyMs: 5_000 }],
    [17, { step, doing: "ended" }],
    [17, { doing: "observing", usuallyMs: 3_000 }],
  ]);
  expect(took).toEqual({ "pod: planning deploy": 4, "pod: operating deploy": 8 });
  expect(shown).toContainEqual({ step, doing: "operating", plannedMs: 9_000 });
});

test("the next time it is said what they took here", async () => {
  const known = { "pod: planning deploy": 4, "pod: operating deploy": 8 };
  const { shown } = await watched(
    [
      [0, { step, doing: "planning" }],
      [4, { step, doing: "operating", plannedMs: 9_000 }],
    ],
    known,
  );
  expect(shown).toEqual([
    { step, doing: "planning", usuallyMs: 4_000 },
    { step, doing: "operating", plannedMs: 9_000, usuallyMs: 8_000 },
  ]);
});

test("of an operation that failed nothing is remembered", async () => {
  const { took } = await watched([
    [0, { step, doing: "planning" }],
    [4, { step, doing: "operating" }],
    [84, { step, doing: "ended", failed: true, message: "it never got ready" }],
  ]);
  expect(took).toEqual({ "pod: planning deploy": 4 });
});

test("nor of one that failed on purpose, after which the step is observed", async () => {
  const { took } = await watched([
    [0, { step, doing: "planning" }],
    [4, { step, doing: "operating" }],
    [84, { step, doing: "observing", usuallyMs: 5_000, failed: true }],
    [89, { step, doing: "ended", failed: true, message: "it never got ready" }],
  ]);
  expect(took).toEqual({ "pod: planning deploy": 4 });
});
