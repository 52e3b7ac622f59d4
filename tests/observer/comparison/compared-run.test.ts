import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { rolloutOf } from "../../../observer/comparison/compared-run.ts";
import { courseOf } from "../../../observer/course/course.ts";
import type { Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { blueGreen } from "../support/scenarios.ts";

const recorded = (path: string) => readRecording(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)));
const rollout = (recording: Recording) => rolloutOf(recording, courseOf(recording));

describe("a rollout's figures", () => {
  test("do not count where others took the machine's CPU, and are there all the same", async () => {
    const { change, leftOut } = rollout(await recorded("starved/busy-host.ndjson"));
    expect(leftOut).toMatch(/^[6-9]\d % of this machine's CPU was taken by others$/);
    expect(change?.durationMs).toBeGreaterThan(10_000);
  });

  test("count on a machine of its own, and in recordings without samples of it", async () => {
    expect(rollout(await recorded("recordings/rolling.ndjson")).leftOut).toBeUndefined();
    expect(rollout(blueGreen())).toEqual({ change: expect.objectContaining({ experiment: "blue-green" }) });
  });

  test("do not exist where the release did not change", async () => {
    const { header, events } = await recorded("recordings/rolling.ndjson");
    const failed = events.map((event) =>
      event.type === "step-ended" ? { ...event, outcome: "failed" as const } : event,
    );
    expect(rollout({ header, events: failed })).toEqual({ leftOut: "the release did not change to its end" });
  });
});
