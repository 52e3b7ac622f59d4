import type { V1Deployment } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { planText } from "../../plan/text.ts";
import { liveDeployment, NOTHING, only, paused, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

const v1 = only("rolling");
const v2 = paused(only("rolling", { release: "v2" }));
const six = liveDeployment(v1, [{ release: "v1", pods: 6 }]);
const names = (release: string, pods: number) => Array.from({ length: pods }, (_, index) => `${release}-${index}`);

describe("a paused Deployment", () => {
  test("keeps its pods when its template changes", () => {
    const plan = planRollout(v2, six);
    expect(plan).toMatchObject({
      change: "none",
      paused: true,
      podsAfter: { v1: 6 },
      maxPods: 6,
      minReady: 6,
      outage: false,
      created: 0,
      surviving: names("v1", 6),
      durationMs: { least: 0, most: 0 },
      peak: { pods: 6 },
    });
    expect(plan).not.toHaveProperty("together");
    expect(plan).not.toHaveProperty("stops");
    expect(planText([plan])).toContain("a new template waits until it is resumed");
  });

  test.each([
    ["8", { podsAfter: { v1: 8 }, maxPods: 8, minReady: 6, created: 2, surviving: names("v1", 6) }],
    ["4", { podsAfter: { v1: 4 }, maxPods: 6, minReady: 4, created: 0, undecided: { goes: 2 } }],
  ])("is scaled with the old template when number and template change, to %s", (replicas, expected) => {
    const wanted = paused(only("rolling", { release: "v2", replicas }));
    expect(planRollout(wanted, six)).toMatchObject({ change: "scale", ...expected });
  });

  test("that is new has no pod before it is resumed", () => {
    const plan = planRollout(paused(v1), NOTHING);
    expect(plan).toMatchObject({ change: "create", podsAfter: {}, maxPods: 0, created: 0, peak: { pods: 0 } });
    expect(planText([plan])).toContain("no pods are created");
  });

  test("that is scaled from nothing gets pods of the youngest template that it has", () => {
    const none = liveDeployment(
      v1,
      [
        { release: "v0", pods: 0 },
        { release: "v1", pods: 0 },
      ],
      0,
    );
    expect(planRollout(v2, none)).toMatchObject({ change: "scale", podsAfter: { v1: 6 }, created: 6 });
    expect(planRollout(paused(withRelease(v1, "v0")), none)).toMatchObject({ podsAfter: { v0: 6 }, created: 6 });
  });

  test("whose pods never get ready counts as nothing, least of all as failed", () => {
    const broken = liveDeployment(v1, [{ release: "v3-broken", pods: 2, ready: 0 }], 2);
    const text = planText([planRollout(v2, broken)]);
    expect(text).toContain("It comes to a halt with 6 pods of v3-broken");
    expect(text).not.toContain("failed");
  });

  test("rolls when it is resumed, though the template does not change then", () => {
    const live = { ...six, deployments: [v2 as V1Deployment] };
    const resumed = only("rolling", { release: "v2" });
    expect(planRollout(resumed, live)).toMatchObject({
      change: "roll",
      templateChanges: [],
      podsAfter: { v2: 6 },
      replaced: names("v1", 6),
      maxPods: 10,
      minReady: 4,
    });
  });
});
