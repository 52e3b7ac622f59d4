import { expect, test } from "vitest";
import { planRollout } from "../../plan/plan.ts";
import { livePod, NOTHING } from "../plan/support/live.ts";
import { PodTally } from "../support/pod-tally.ts";
import { dice, numbers } from "../support/random.ts";
import { changed, FIRST, manifestOf, type Template } from "./plan-case.ts";
import { outside } from "./plan-held.ts";

const pod = (name: string, more: Parameters<typeof livePod>[2] = {}) => {
  const made = livePod(name, manifestOf(FIRST, "pause").spec.template, more);
  return { ...made, metadata: { ...made.metadata, uid: name } };
};

/** Three pods are created one after the other, at 1, 2 and 3 s. */
function three(): PodTally {
  const tally = new PodTally();
  tally.begin(0);
  for (const [index, name] of ["a", "b", "c"].entries()) {
    tally.see(pod(name, { ready: false }), "added", 1_000 * (index + 1));
    tally.see(pod(name), "modified", 1_000 * (index + 1) + 500);
  }
  return tally;
}

test("counts what a watch tells", () => {
  const tally = three();
  expect(tally.seen()).toMatchObject({ mostPods: 3, created: 3, podsAfter: { r0: 3 }, lastChangeMs: 3_500, gone: [] });
  tally.begin(10_000);
  tally.see(pod("d"), "added", 11_000);
  tally.see(pod("a", { deleted: true }), "modified", 12_000);
  expect(tally.quietMs(14_000)).toBe(0);
  tally.see(pod("a", { deleted: true }), "deleted", 13_000);
  expect(tally.quietMs(14_000)).toBe(1_000);
  tally.see(pod("b", { ready: false }), "modified", 14_000);
  expect(tally.seen()).toEqual({
    mostPods: 4,
    fewestReady: 2,
    created: 1,
    gone: ["a"],
    stayed: ["b", "c"],
    podsAfter: { r0: 3 },
    lastChangeMs: 4_000,
  });
});

test("tells in which points a plan did not come true", () => {
  const plan = planRollout(manifestOf(FIRST, "pause"), NOTHING);
  const seen = three().seen();
  expect(outside(plan, seen, 0)).toEqual([]);
  expect(outside(plan, { ...seen, mostPods: 4, created: 4, podsAfter: { r0: 4 } }, 0)).toHaveLength(3);
  expect(outside({ ...plan, minReady: 2, readyBefore: 2, surviving: ["x"] }, seen, 0)).toHaveLength(3);
  expect(outside(plan, { ...seen, lastChangeMs: plan.durationMs.most }, 3_000)).toHaveLength(1);
});

test("makes changes of every kind, the same for the same seed", () => {
  const cases = (seed: number) => {
    const draw = dice(numbers(seed));
    const known: Template[] = [FIRST.template];
    let shape = FIRST;
    return Array.from({ length: 200 }, (_, index) => {
      shape = changed(shape, index + 1, known, draw);
      known.push(shape.template);
      return shape;
    });
  };
  const all = cases(1);
  expect(all).toEqual(cases(1));
  expect(all).not.toEqual(cases(2));
  expect(all.some(({ paused }) => paused)).toBe(true);
  expect(all.some(({ strategy }) => strategy === "Recreate")).toBe(true);
  expect(all.some(({ template }) => template.release.endsWith("-broken"))).toBe(true);
  expect(all.some(({ replicas }) => replicas === 0)).toBe(true);
  for (const { strategy } of all) {
    if (strategy !== "Recreate") expect([strategy.maxSurge, strategy.maxUnavailable]).not.toEqual([0, 0]);
  }
});
