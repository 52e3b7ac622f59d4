import { expect, test } from "vitest";
import { planText } from "../../plan/text.ts";
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

test("Recreate may not notice the end of the old pods while pods of the wanted revision are there", () => {
  // Seen beside the controllers: two of v1 and one of v2 become three of v2, and nothing happens until the progress deadline.
  const recreate = only("recreate");
  const live = liveDeployment(
    recreate,
    [
      { release: "v1", pods: 2 },
      { release: "v2", pods: 1, ready: 0 },
    ],
    3,
  );
  const spec = { ...recreate.spec, replicas: 3, progressDeadlineSeconds: 50 };
  const plan = planRollout(withRelease({ ...recreate, spec } as typeof recreate, "v2"), live);
  expect(plan).toMatchObject({ podsAfter: { v2: 3 }, stall: { ended: [], present: ["v2-0"], mostMs: 50_000 } });
  expect(plan.durationMs.most).toBeGreaterThan(50_000);
  expect(planText([plan])).toContain("v2-0 is of the new revision already: further ones may come up to 50 s");
});

test("Recreate of a third revision with a new number does nothing either: the smallest case that the controllers gave", () => {
  const recreate = only("recreate");
  const sets = [
    { release: "v1", pods: 1 },
    { release: "v2", pods: 1, ready: 0 },
  ];
  const three = { ...recreate, spec: { ...recreate.spec, replicas: 3 } } as typeof recreate;
  const plan = planRollout(withRelease(three, "v3"), liveDeployment(recreate, sets, 1));
  expect(plan).toMatchObject({ created: 0, podsAfter: { v1: 1, v2: 1 }, surviving: ["v1-0", "v2-0"] });
});
