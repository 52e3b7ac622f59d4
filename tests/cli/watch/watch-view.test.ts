import { expect, test } from "vitest";
import { watchView } from "../../../cli/watch/watch-view.ts";
import type { Progress } from "../../../observer/run/conduct.ts";
import { WATCHED_STEPS } from "../../../observer/run/watched-change.ts";

function lines(hasCommand: boolean, message?: string): readonly string[] {
  const told: string[] = [];
  const view = watchView(WATCHED_STEPS, (line) => told.push(line), hasCommand);
  const progress: readonly Progress[] = [
    ...WATCHED_STEPS.flatMap(({ id: step }): Progress[] => [
      { step, doing: "planning" },
      { step, doing: "operating" },
      { step, doing: "observing", usuallyMs: step === "change" ? 0 : 15_000 },
      { step, doing: "ended", operationMs: 8_000, ...(step === "change" && message !== undefined && { message }) },
    ]),
    { doing: "observing", usuallyMs: 3_000 },
  ];
  for (const one of progress) view.onProgress(one);
  return told;
}

test("a watch tells of its three steps, each in few lines", () => {
  expect(lines(true)).toEqual([
    "Before the change: nothing is done (15 s)",
    "The change begins",
    "The change is over: 8.0 s",
    "After the change (15 s)",
  ]);
});

test("it tells that somebody else is waited for, and why a change did not end well", () => {
  expect(lines(false, "not over yet after 60 s: no pod is there")).toEqual([
    "Before the change: nothing is done (15 s, then until somebody changes it, for 2 h at most; Ctrl-C ends it)",
    "The change begins",
    "The change ends: not over yet after 60 s: no pod is there",
    "After the change (15 s)",
  ]);
});
