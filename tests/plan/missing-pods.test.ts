import { expect, test } from "vitest";
import { liveDeployment, only, withRelease } from "./support/live.ts";
import { planRollout } from "./support/ours.ts";

test("pods that a set was asked for and has not created yet count as created", () => {
  const rolling = only("rolling");
  const whole = liveDeployment(rolling, [{ release: "v1", pods: 6 }], 6);
  const short = { ...whole, pods: whole.pods.slice(1) };
  const created = (live: typeof whole) => planRollout(withRelease(rolling, "v2"), live).created;
  expect(created(short)).toBe(created(whole) + 1);
});
