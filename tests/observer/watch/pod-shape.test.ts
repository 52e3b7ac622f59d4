import { describe, expect, test } from "vitest";
import { endpointsSeen, podSeen } from "../../../observer/watch/objects.ts";
import { podShape } from "../../../observer/watch/pod-shape.ts";

const metadata = { name: "p", uid: "u", resourceVersion: "1", creationTimestamp: "2026-03-14T09:30:00Z" };

describe("the shape of a pod", () => {
  test("has the longest wait of its containers, the probes that all of them have, and those that any has", () => {
    expect(
      podShape({
        terminationGracePeriodSeconds: 20,
        containers: [
          { lifecycle: { preStop: { sleep: { seconds: 5 } } }, readinessProbe: {}, livenessProbe: {} },
          { lifecycle: { preStop: { sleep: { seconds: 2 } } }, readinessProbe: {} },
        ],
      }),
    ).toEqual({ graceSeconds: 20, preStopSeconds: 5, probes: ["readiness"], probesOfAny: ["readiness", "liveness"] });
  });

  test("says nothing of a wait that a command decides, nor of a pod without a spec", () => {
    expect(podShape({ containers: [{ lifecycle: { preStop: {} } }] })).toEqual({ probes: [], probesOfAny: [] });
    const exec = { command: ["sleep", "5"] };
    expect(podShape({ containers: [{ lifecycle: { preStop: { exec } } }] })).toEqual({
      preStopHook: true,
      probes: [],
      probesOfAny: [],
    });
    expect(podShape(undefined)).toEqual({});
  });
});

test("a pod's container that is over tells its exit code and when", () => {
  const terminated = { exitCode: 137, reason: "Error", finishedAt: "2026-03-14T09:30:09Z" };
  const one = { name: "c", ready: false, restartCount: 0, imageID: "i", state: { terminated } };
  expect(podSeen({ metadata, status: { containerStatuses: [one] } }, "modified").containers[0]).toMatchObject({
    state: "terminated",
    exitCode: 137,
    finishedAtMs: Date.parse("2026-03-14T09:30:09Z"),
  });
});

test("terminating endpoints that still serve are told apart", () => {
  const endpoint = (name: string, serving: boolean) => ({
    conditions: { ready: false, serving, terminating: true },
    targetRef: { name },
  });
  const seen = endpointsSeen({ metadata, endpoints: [endpoint("a", true), endpoint("b", false)] }, "modified");
  expect(seen).toMatchObject({ ready: [], terminating: ["a", "b"], serving: ["a"] });
});

test("a slice without endpoints has none, as the API server writes it", () => {
  expect(endpointsSeen({ metadata, endpoints: null }, "added")).toMatchObject({
    ready: [],
    notReady: [],
    terminating: [],
  });
});
