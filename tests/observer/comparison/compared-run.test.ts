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

  describe("do not exist where the release did not change to its end", () => {
    const message = "Deployment web exceeded its progress deadline.\nmore of it";
    /** A rollout whose step `step` ended otherwise than it did, and without the steps after it. */
    const ending = (step: string, ended: object, { header, events }: Recording): Recording => {
      const last = events.findIndex((event) => event.type === "step-ended" && event.step === step);
      return {
        header,
        events: events.slice(0, last + 1).map((event, at) => (at === last ? { ...event, ...ended } : event)),
      };
    };
    const failing = { outcome: "failed", message };

    test("and the rollout failed: it counts, with what was said of it", async () => {
      const rolling = await recorded("recordings/rolling.ndjson");
      const failed = "step change failed: Deployment web exceeded its progress deadline";
      expect(rollout(ending("change", failing, rolling))).toEqual({ failed });
      expect(rollout(ending("change", { outcome: "failed" }, rolling))).toEqual({ failed: "step change failed" });
    });

    test("and a step before the change failed, so that there is none", async () => {
      const rolling = await recorded("recordings/rolling.ndjson");
      const [first] = rolling.header.steps;
      expect(rollout(ending(first?.id ?? "", failing, rolling))).toEqual({
        failed: `step ${first?.id} failed: Deployment web exceeded its progress deadline`,
      });
    });

    test("and the machine was starved: it is left out, since that may have made it fail", async () => {
      const made = rollout(ending("change", failing, await recorded("starved/busy-host.ndjson")));
      expect(made).toMatchObject({
        failed: expect.stringContaining("step change failed"),
        leftOut: expect.any(String),
      });
    });

    test("and nothing failed: it was interrupted, and is left out", async () => {
      const interrupted = ending("change", { outcome: "interrupted" }, await recorded("recordings/rolling.ndjson"));
      expect(rollout(interrupted)).toEqual({ leftOut: "the release did not change to its end" });
    });
  });
});
