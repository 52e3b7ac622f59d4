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

test("a pod that is starting may go in place of one that its set has still to create", () => {
  // Seen beside the controllers: one of four pods is there, the others come, and then one is wanted.
  const rolling = only("rolling");
  const whole = liveDeployment(rolling, [{ release: "v1", pods: 4, ready: 0 }], 4);
  const one = { ...rolling, spec: { ...rolling.spec, replicas: 1 } } as typeof rolling;
  const plan = planRollout(withRelease(one, "v1"), { ...whole, pods: whole.pods.slice(0, 1) });
  expect(plan).toMatchObject({ replaced: [], surviving: [], undecided: { goes: 0, more: 1, among: ["v1-0"] } });
});
