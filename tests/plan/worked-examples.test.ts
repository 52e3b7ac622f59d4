import { expect, test } from "vitest";
import { choose } from "../../plan/pod-ranking.ts";
import { proportions } from "../../plan/rolling/proportional-scaling.ts";
import { liveDeployment, livePod, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

// The examples that the headers of plan/ work out, in numbers.

test("a rolling update of 4 pods, surge 1, unavailable 1: at most 5 pods, at least 3 ready, two waves", () => {
  const wanted = only("rolling", { replicas: "4", maxSurge: "1", maxUnavailable: "1" });
  const live = liveDeployment(wanted, [{ release: "v1", pods: 4 }]);
  const plan = planRollout(withRelease(wanted, "v2"), live);
  expect(plan).toMatchObject({ maxPods: 5, minReady: 3, created: 4, waves: 2, podsAfter: { v2: 4 } });
});

test.each([
  ["without leftovers", [8, 5], 13, { replicas: 15, surge: 3 }, [11, 7]],
  ["with leftovers", [3, 3, 3], 9, { replicas: 10, surge: 3 }, [4, 4, 5]],
  ["with too little to share", [3, 3, 3], 9, { replicas: 8, surge: 3 }, [3, 4, 4]],
])("proportional scaling %s", (_, before, max, goal, after) => {
  const sets = before.map((pods) => ({ pods, max }));
  expect(proportions(sets, { ...goal, total: before.reduce((sum, pods) => sum + pods, 0) })).toEqual(after);
});

test("of two pods on node 1 and one on node 2 one of the first two goes, and for certain the one that is not ready", () => {
  const [a, b, c] = [livePod("a", {}, { node: "1" }), livePod("b", {}, { node: "1" }), livePod("c", {}, { node: "2" })];
  expect(choose([a, b, c], 1)).toEqual({ going: [], staying: [c], undecided: { goes: 1, among: [a, b] } });
  const notReady = livePod("b", {}, { node: "1", ready: false });
  expect(choose([a, notReady, c], 1)).toMatchObject({ going: [notReady], undecided: { goes: 0 } });
});
