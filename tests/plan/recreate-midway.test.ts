import { expect, test } from "vitest";
import { liveDeployment, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

test("Recreate with a new number in the middle of a rollout does nothing for ever", () => {
  const recreate = only("recreate");
  const live = liveDeployment(
    recreate,
    [
      { release: "v1", pods: 4 },
      { release: "v2", pods: 2 },
    ],
    8,
  );
  const plan = planRollout(withRelease(recreate, "v2"), live);
  expect(plan).toMatchObject({ created: 0, podsAfter: { v1: 4, v2: 2 } });
  expect(plan.stops).toBe("Recreate does not scale while pods of several revisions are there");
});
