import { describe, expect, it } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import type { Happening } from "../../../observer/events.ts";
import { newPod, oldPod, rolled } from "../support/pods.ts";
import { recordingOf } from "../support/recording-of.ts";
import { sceneOf, type Told } from "../support/scene.ts";
import { request } from "../support/told.ts";

const scene = (told: Told) => courseOf(sceneOf({ kind: "image-not-pulled" }, told));

describe("the course of all", () => {
  it("counts pods that are ready, present and terminating, by release too", () => {
    const { counts, countsByRelease } = scene({ pods: rolled() });
    const values = (levels: typeof counts.ready) => levels.map(({ fromMs, value }) => [fromMs, value]);
    expect(values(counts.ready)).toEqual([
      [0, 0],
      [2500, 2],
      [16_500, 3],
      [17_000, 2],
      [18_800, 3],
      [19_000, 2],
    ]);
    expect(counts.ready.map(({ untilMs }) => untilMs)).toEqual([2500, 16_500, 17_000, 18_800, 19_000, 36_060]);
    expect(values(countsByRelease.get("v1")?.present ?? [])).toEqual([
      [0, 0],
      [500, 2],
      [17_000, 1],
      [19_000, 0],
    ]);
    expect(Math.max(...counts.terminating.map(({ value }) => value))).toBe(2);
  });

  it("never counts the moments between several pods of one instant", () => {
    const { counts } = scene({
      pods: [oldPod("web-old-a", { deletionMs: 15_000, goneMs: 17_000 }), newPod("web-new-a", 13_000, 15_000)],
    });
    expect(counts.ready.map(({ value }) => value)).toEqual([0, 1, 1]);
  });

  it("puts requests into the step in which they were sent, and says which failed", () => {
    const { requests } = scene({
      pods: [],
      load: "none",
      extra: [
        request(5000, { status: 200, correct: true }),
        request(11_999, { status: 503 }),
        request(12_000, { error: "ECONNRESET" }),
        request(13_000, { status: 200, correct: false }),
      ],
    });
    expect(requests.map(({ step, failed }) => [step, failed])).toEqual([
      ["deploy", false],
      [undefined, true],
      ["change", true],
      ["change", true],
    ]);
  });

  it("has the span of each step, and says which never ended", () => {
    const { steps } = scene({ pods: rolled(), isUnfinished: true });
    expect(steps).toMatchObject([
      {
        step: "deploy",
        kind: "up",
        release: "v1",
        fromMs: 0,
        untilMs: 11_000,
        operationUntilMs: 8000,
        outcome: "succeeded",
      },
      { step: "change", release: "v2", fromMs: 12_000, outcome: "unfinished" },
    ]);
  });

  it("joins the Service's slices, and forgets one that is deleted", () => {
    const slice = (name: string, ready: string[], change: "added" | "deleted" = "added"): Happening => ({
      type: "endpoints",
      change,
      slice: name,
      resourceVersion: "1",
      ready,
      notReady: [],
      terminating: [],
    });
    const { endpoints } = courseOf(
      recordingOf([
        [1000, slice("one", ["a"])],
        [2000, slice("two", ["a", "b"])],
        [3000, slice("one", [], "deleted")],
        [3000, slice("two", ["b"])],
      ]),
    );
    expect(endpoints.map(({ fromMs, ready, eventIds }) => [fromMs, ready, eventIds])).toEqual([
      [1000, ["a"], [1]],
      [2000, ["a", "b"], [2]],
      [3000, ["b"], [3, 4]],
    ]);
  });

  it("is empty for a recording without events", () => {
    expect(courseOf(recordingOf([]))).toMatchObject({ endMs: 0, pods: [], steps: [], requests: [], endpoints: [] });
  });
});
