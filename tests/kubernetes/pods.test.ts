import { describe, expect, test } from "vitest";
import { isReady, readyCondition } from "../../kubernetes/pods.ts";

const pod = (...conditions: { type: string; status: string; lastTransitionTime?: string }[]) => ({
  status: { conditions },
});

describe("a pod is Ready", () => {
  test.each([
    ["where its condition Ready is true", pod({ type: "Ready", status: "True" }), true],
    ["not where it is false", pod({ type: "Ready", status: "False" }), false],
    ["not where it is unknown, as on a node that is lost", pod({ type: "Ready", status: "Unknown" }), false],
    ["not by another condition", pod({ type: "ContainersReady", status: "True" }), false],
    ["not without conditions", { status: {} }, false],
    ["not without a status", {}, false],
  ])("%s", (_, object, ready) => {
    expect(isReady(object)).toBe(ready);
  });

  test("since the time that its condition has", () => {
    const since = "2026-03-14T09:30:00Z";
    const object = pod(
      { type: "PodScheduled", status: "True" },
      { type: "Ready", status: "True", lastTransitionTime: since },
    );
    expect(readyCondition(object)?.lastTransitionTime).toBe(since);
  });
});
