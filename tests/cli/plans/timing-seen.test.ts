import { expect, test } from "vitest";
import { timingSeen } from "../../../cli/plans/timing-seen.ts";
import { courseOf, type PodCourse } from "../../../observer/course/course.ts";
import { readRecording } from "../../../observer/recording/reader.ts";

const { pods } = courseOf(
  await readRecording(new URL("../../fixtures/recordings/rolling.ndjson", import.meta.url).pathname),
);
const [some] = pods;
if (!some) throw new Error("the recording has no pod");

const pod = (cameAtMs: number, runsAtMs: number, more: Partial<PodCourse> = {}): PodCourse => ({
  ...some,
  listed: false,
  fromMs: cameAtMs,
  intervals: [
    { state: "pending", fromMs: cameAtMs, untilMs: runsAtMs, eventIds: [] },
    { state: "starting", fromMs: runsAtMs, untilMs: runsAtMs + 1000, eventIds: [] },
  ],
  ...more,
});

test("makes the profile of its header's example", () => {
  const { containerStartMs, startApartMs, seen } = timingSeen(
    { pods: [pod(0, 1000), pod(0, 1400), pod(20_000, 20_800)] },
    "r",
  );
  expect({ containerStartMs, startApartMs, seen }).toEqual({
    containerStartMs: { least: 800, most: 1400 },
    startApartMs: 400,
    seen: { starts: 3, removals: 0, recording: "r" },
  });
});

test("takes the longest removal that was seen whole", () => {
  const ended = (atMs: number) => [{ container: "c", run: 0, atMs, eventId: 1, oomKilled: false }];
  const { removalMs, seen } = timingSeen(
    {
      pods: [
        pod(0, 1000, { ends: ended(5000), deletedMs: 6500 }),
        pod(0, 1000, { ends: ended(5000), deletedMs: 5800 }),
      ],
    },
    "r",
  );
  expect([removalMs, seen?.removals]).toEqual([1500, 2]);
});

test("reads a real recording", () => {
  const { containerStartMs, seen } = timingSeen({ pods }, "rolling");
  expect(seen?.starts).toBeGreaterThan(10);
  expect(containerStartMs.least).toBeLessThan(containerStartMs.most);
});

test("refuses a recording in which no pod starts", () => {
  expect(() => timingSeen({ pods: [pod(0, 1, { listed: true })] }, "r")).toThrow(
    "--timing: got r, which shows no pod from its creation",
  );
});
