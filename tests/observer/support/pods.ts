import { CHANGE } from "./scene.ts";
import type { SyntheticPod, SyntheticRun } from "./synthetic-types.ts";

/** A pod of v1 that is Ready before the change. It stays unless `going` says when it goes. */
export const oldPod = (name: string, going: { deletionMs?: number; goneMs?: number } = {}): SyntheticPod => ({
  name,
  release: "v1",
  createdMs: 500,
  runs: [{ startedMs: 1200, readyMs: 2500 }],
  ...going,
});

/** A pod that comes in the change, of v2 unless told otherwise. Without `readyMs` it is never Ready. */
export const newPod = (name: string, createdMs: number, readyMs?: number, release = "v2"): SyntheticPod => ({
  name,
  release,
  createdMs,
  runs: [{ startedMs: createdMs + 800, ...(readyMs === undefined ? {} : { readyMs }) }],
});

/** A pod of v2 with the given runs of its container. */
export const runningPod = (name: string, runs: readonly SyntheticRun[]): SyntheticPod => ({
  name,
  release: "v2",
  createdMs: (runs[0]?.startedMs ?? CHANGE.fromMs) - 700,
  runs,
});

/** Two old pods that go one after the other, each after a new one is Ready, so that no request fails. */
export const rolled = (): SyntheticPod[] => [
  oldPod("web-old-a", { deletionMs: 17_000, goneMs: 23_000 }),
  oldPod("web-old-b", { deletionMs: 19_000, goneMs: 25_000 }),
  newPod("web-new-a", 13_000, 16_500),
  newPod("web-new-b", 17_200, 18_800),
];

/** A bare pod that goes before its successor comes. */
export const replaced = (): SyntheticPod[] => [
  oldPod("solo-a", { deletionMs: 13_000, goneMs: 16_000 }),
  newPod("solo-b", 16_200, 18_000),
];

/** Two old pods that stay. */
export const stayed = (): SyntheticPod[] => [oldPod("web-old-a"), oldPod("web-old-b")];

/** Two old and two new pods, all Ready from 16.4 s until 20.6 s. */
export const surged = (): SyntheticPod[] => [
  oldPod("web-old-a", { deletionMs: 20_600, goneMs: 26_000 }),
  oldPod("web-old-b", { deletionMs: 20_600, goneMs: 26_100 }),
  newPod("web-new-a", 13_000, 16_000),
  newPod("web-new-b", 13_000, 16_400),
];

/** A pod whose container ends in the change, for no stated reason, and is restarted. */
export const crashing = runningPod("web-new-c", [
  { startedMs: 14_000, readyMs: 15_000, endedMs: 20_000 },
  { startedMs: 21_000, readyMs: 22_000 },
]);

/** Name of the only pod of a recording. */
export const solo = "solo-b";

/** A pod whose container ends after 5 s for the given reason, and is restarted. */
export const ending = (reason: string, exitCode: number) => [
  runningPod(solo, [
    { startedMs: 13_000, readyMs: 14_000, endedMs: 18_000, reason, exitCode },
    { startedMs: 19_000, readyMs: 20_000 },
  ]),
];

/** A pod whose container ends for the given reason, and is not restarted. */
export const endingForGood = (reason: string) => [
  runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000, endedMs: 33_000, reason }]),
];
