import { expect, test } from "vitest";
import { hasOutage, type NamespacePlan } from "../../cli/plans/plan-objects.ts";
import { planReport, reportMarkdown } from "../../cli/plans/plan-report.ts";
import type { RolloutPlan } from "../../plan/rollout-plan.ts";
import { planSentences } from "../../plan/text.ts";
import { liveDeployment, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

const rolling = only("rolling");

const namespaceOf = (plan: RolloutPlan): NamespacePlan => ({
  namespace: "default",
  plans: [plan],
  services: [],
  problems: [],
  notPlanned: [],
});

/** The plan of a change to v2 with so many replicas, after pods of v1 and v2. */
function planOf(v1: number, v2: number, replicas: number, { ready = v2, strategy = {} } = {}) {
  const live = liveDeployment(
    rolling,
    [
      { release: "v1", pods: v1 },
      { release: "v2", pods: v2, ready },
    ],
    v1 + v2 - 1,
  );
  const spec = {
    ...rolling.spec,
    replicas,
    strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%", ...strategy } },
  };
  return planRollout(withRelease({ ...rolling, spec } as typeof rolling, "v2"), live);
}

test("a race that may leave no pod Ready is no outage for certain, and is told as what it is", () => {
  // The set of v2 is scaled to 0 by its share; while its status still counts its pod, all of v1 may go.
  const plan = planOf(5, 1, 1);
  expect(plan).toMatchObject({ readyBefore: 6, minReady: 0, below: 1, outage: false });
  expect(plan.outageMs).toBeUndefined();
  expect(plan.possibleOutage).toEqual({ mostMs: 15_000, by: "late status" });
  const sentences = planSentences(plan);
  expect(sentences).toContain("An outage is possible, for up to 15 s: only if the status of a ReplicaSet is late.");
  expect(sentences.join(" ")).not.toMatch(/Outage:|No outage|for about 0 s/);
  expect(hasOutage({ plans: [plan], services: [] })).toBe(false);
  const report = planReport([namespaceOf(plan)], "kubectl");
  expect(report).toMatchObject({ isBad: false, mayHaveOutage: true });
  expect(reportMarkdown(report)).toMatch(/^## Rollout plan: an outage is possible, and no error\n/);
});

test("an outage that happens without a race is certain", () => {
  const plan = planOf(1, 0, 1, { strategy: { maxSurge: 0, maxUnavailable: 1 } });
  expect(plan).toMatchObject({ minReady: 0, outage: true });
  expect(plan.possibleOutage).toBeUndefined();
  expect(hasOutage({ plans: [plan], services: [] })).toBe(true);
  expect(reportMarkdown(planReport([namespaceOf(plan)], "kubectl"))).toMatch(/^## Rollout plan: users notice it/);
});

test("where pods that are starting decide it, an outage is possible, and never told to be none", () => {
  const plan = planOf(5, 1, 1, { ready: 0 });
  expect(plan).toMatchObject({ readyBefore: 5, minReady: 0, outage: false, possibleOutage: { mostMs: 15_000 } });
  expect(planSentences(plan).join(" ")).not.toMatch(/No outage/);
});

test("whatever the numbers, none ready is either an outage or a possible one", () => {
  for (const v1 of [1, 2, 4, 6])
    for (const v2 of [0, 1, 3])
      for (const replicas of [1, 2])
        for (const ready of [0, v2])
          for (const strategy of [{}, { maxSurge: 0, maxUnavailable: 1 }, { maxSurge: 1, maxUnavailable: 0 }]) {
            const { readyBefore, minReady, outage, possibleOutage } = planOf(v1, v2, replicas, { ready, strategy });
            const facts = JSON.stringify({ v1, v2, replicas, ready, strategy });
            expect(outage || possibleOutage !== undefined, facts).toBe(readyBefore > 0 && minReady === 0);
            expect(outage && possibleOutage !== undefined, facts).toBe(false);
          }
});
