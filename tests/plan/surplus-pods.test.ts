import { expect, test } from "vitest";
import { liveDeployment, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

const rolling = only("rolling");

test("pods that a set was asked to give up before go, though it has not told them to stop yet", () => {
  // Seen beside the controllers: the rollout before has scaled v1 to 0, its pod is still there, and three of v2 are wanted.
  const live = liveDeployment(
    rolling,
    [
      { release: "v1", pods: 1 },
      { release: "v2", pods: 2 },
    ],
    2,
  );
  const [first, ...others] = live.replicaSets;
  const asked = {
    ...live,
    replicaSets: [{ ...first, spec: { ...first?.spec, replicas: 0, selector: {} } }, ...others],
  };
  const spec = { ...rolling.spec, replicas: 3, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  const plan = planRollout(withRelease({ ...rolling, spec } as typeof rolling, "v2"), asked);
  expect(plan).toMatchObject({ readyBefore: 3, minReady: 2, created: 1, replaced: ["v1-0"], podsAfter: { v2: 3 } });
});
