import { describe, expect, test } from "vitest";
import { templateOf, type WorkloadManifest } from "../../kubernetes/manifest.ts";
import { planText } from "../../plan/text.ts";
import { liveDeployment, livePod, only, paused } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

const v1 = only("recreate");
const v2 = (config: Record<string, string> = {}) => only("recreate", { release: "v2", ...config });
const six = (workload: WorkloadManifest = v1) => liveDeployment(workload, [{ release: "v1", pods: 6 }]);

/** A pod of v1 that has ended, as an evicted one does. */
const ended = (more: Parameters<typeof livePod>[2] = {}) =>
  livePod("v1-evicted", templateOf(v1), {
    owner: `ReplicaSet/${v1.metadata.name}-v1`,
    ready: false,
    phase: "Failed",
    ...more,
  });
const withPods = (live: ReturnType<typeof six>, ...pods: ReturnType<typeof livePod>[]) => ({
  ...live,
  pods: [...live.pods, ...pods],
});

test("is an outage until the last old pod is gone and the first new one ready", () => {
  expect(planRollout(v2(), six())).toMatchObject({
    change: "recreate",
    maxPods: 6,
    minReady: 0,
    outage: true,
    // The least is preStop 5 s and drain 3 s; the most is grace period, removal, start and probes.
    outageMs: { least: 8_500, most: 38_000 },
    replaced: Array.from({ length: 6 }, (_, index) => `v1-${index}`),
    peak: { pods: 6 },
  });
});

test("with pods that stop at once is as short as their start", () => {
  const atOnce = { preStopSeconds: "0", drainSeconds: "0" };
  expect(planRollout(v2(atOnce), six(only("recreate", atOnce)))).toMatchObject({
    durationMs: { least: 500, most: 30_000 },
    outageMs: { least: 500, most: 30_000 },
  });
});

test("with a new number as well scales the old pods first, and still has no more than that number", () => {
  const plan = planRollout(v2({ replicas: "8" }), six());
  expect(plan).toMatchObject({ change: "recreate", maxPods: 8, created: 10, podsAfter: { v2: 8 } });
  expect(plan).not.toHaveProperty("beyond");
  expect(planText([plan])).toContain("8 pods go before the first of 8 comes");
});

test("of a single pod speaks of one", () => {
  const one = liveDeployment(only("recreate", { replicas: "1" }), [{ release: "v1", pods: 1 }]);
  expect(planText([planRollout(v2({ replicas: "1" }), one)])).toContain("1 pod goes before the new one comes.");
});

test("to no pods has nothing to recreate", () => {
  const none = structuredClone(v2());
  if (none.kind === "Deployment" && none.spec) none.spec.replicas = 0;
  const text = planText([planRollout(none, six())]);
  expect(text).toContain("from 6 pods of v1 to no pods; there is nothing to recreate.");
  expect(text).toContain("Users are left without them.");
});

describe("where an old pod has ended and lies there", () => {
  test("may wait for its deadline, and says so", () => {
    const plan = planRollout(v2({ progressDeadlineSeconds: "120" }), withPods(six(), ended()));
    expect(plan).toMatchObject({
      stall: { ended: ["v1-evicted"], mostMs: 120_000 },
      durationMs: { least: 8_500, most: 38_000 + 120_000 },
      outageMs: { least: 8_500, most: 38_000 + 120_000 },
      podsBefore: { v1: 6 },
      podsAfter: { v2: 6 },
    });
    expect(planText([plan])).toContain(
      "v1-evicted has ended and lies there: new pods may come up to 120 s (progressDeadlineSeconds) after the last " +
        "old one is gone (kubernetes#128798). Delete it first.",
    );
  });

  test.each<[string, WorkloadManifest, ReturnType<typeof six>]>([
    ["nothing waits for old pods", v1, withPods(six(), ended())],
    ["a rolling update waits for none", only("rolling", { release: "v2" }), withPods(six(only("rolling")), ended())],
    ["there is no old pod to wait for", v2(), withPods(liveDeployment(v1, [{ release: "v1", pods: 0 }], 6), ended())],
    ["somebody has deleted it", v2(), withPods(six(), ended({ deleted: true }))],
    ["nothing rolls while it is paused", paused(v2()), withPods(six(), ended())],
  ])("does not wait: %s", (_, wanted, live) => {
    expect(planRollout(wanted, live)).not.toHaveProperty("stall");
  });
});
