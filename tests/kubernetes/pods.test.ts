import { describe, expect, test } from "vitest";
import { isReady, readyCondition, serviceSelects } from "../../kubernetes/pods.ts";

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

describe("a Service selects pods", () => {
  type Labels = Readonly<Record<string, string>> | undefined;
  const labels = { app: "web", release: "v1" };
  test.each<[string, Parameters<typeof serviceSelects>[0], Labels, boolean]>([
    ["that have all labels of its selector", { spec: { selector: { app: "web" } } }, labels, true],
    ["not where one label is another", { spec: { selector: { app: "web", release: "v2" } } }, labels, false],
    ["not where they lack one", { spec: { selector: { app: "web", zone: "a" } } }, labels, false],
    ["not where they have no labels", { spec: { selector: { app: "web" } } }, undefined, false],
    ["not by an empty selector", { spec: { selector: {} } }, labels, false],
    ["not without a selector", { spec: {} }, labels, false],
    ["not without a spec", {}, labels, false],
  ])("%s", (_, service, own, selected) => {
    expect(serviceSelects(service, own)).toBe(selected);
  });
});
