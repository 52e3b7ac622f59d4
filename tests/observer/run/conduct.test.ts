import { expect, test } from "vitest";
import { stepSpans } from "../../../observer/course/step-spans.ts";
import type { Happening } from "../../../observer/events.ts";
import { conduct } from "../../../observer/run/conduct.ts";
import { recordingOf } from "../support/recording-of.ts";

test("an operation that tells its end ends at that instant, however long the display takes to show its beginning", async () => {
  let now = 15_098.975;
  const happened: [atMs: number, happening: Happening][] = [];
  const recorder = {
    nowMs: () => now,
    record(happening: Happening) {
      happened.push([now, happening]);
      return { id: happened.length, atMs: now, wallMs: 0, ...happening };
    },
  };
  const lastSightMs = 39_485.356;
  await conduct({
    steps: [
      {
        id: "change",
        title: "The change",
        mayFail: false,
        prepare: async () => ({ releases: [] }),
        async operate() {
          now = lastSightMs;
          return { succeeded: true, untilMs: now };
        },
        observeMs: () => 0,
        observe: async () => {
          now += 2_000;
        },
      },
    ],
    startLoad: async () => ({ stop: async () => 0 }),
    loadStarts: "before",
    recorder,
    clock: { sleep: async () => {} },
    onProgress: ({ doing }) => {
      if (doing === "operating") now += 0.471;
    },
    signal: new AbortController().signal,
  });
  const [span] = stepSpans(recordingOf(happened), now);
  expect(span?.operationUntilMs).toBe(lastSightMs);
});
