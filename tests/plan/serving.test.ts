import { expect, test } from "vitest";
import type { Revision } from "../../plan/revision.ts";
import { mostReady, readyOf, selects, sum } from "../../plan/serving.ts";
import { dice, numbers } from "../support/random.ts";

const revision = (release: string, counts: Partial<Revision> = {}): Revision => ({
  release,
  labels: { version: release },
  readyBefore: 0,
  minReady: 0,
  maxReady: 0,
  readyAfter: 0,
  maxPods: 0,
  ...counts,
});

test("a selector wants all its labels, and no Service selects nothing", () => {
  expect(selects({ version: "v1" }, revision("v1"))).toBe(true);
  expect(selects({ version: "v1", app: "web" }, revision("v1"))).toBe(false);
  expect(selects(undefined, revision("v1"))).toBe(false);
});

test("the example: 4 pods roll, and at least 3 are Ready", () => {
  const revisions = [
    revision("v1", { readyBefore: 4, maxReady: 4, maxPods: 4 }),
    revision("v2", { maxReady: 4, readyAfter: 4, maxPods: 4 }),
  ].map((one) => ({ ...one, labels: { ...one.labels, app: "web" } }));
  const web = { workload: "Deployment/web", minReady: 3, maxPods: 5, revisions };
  expect(readyOf.meanwhile(web, { app: "web" })).toBe(3);
  expect(readyOf.meanwhile(web, { version: "v2" })).toBe(0);
  expect(mostReady(web, { app: "web" })).toBe(5);
  expect(mostReady(web, { version: "v2" })).toBe(4);
});

test("the bounds hold in every course of Ready pods, whatever is selected", () => {
  const { upTo } = dice(numbers(20261));
  for (let round = 0; round < 2_000; round += 1) {
    const releases = ["v1", "v2", "v3"].slice(0, 1 + upTo(2));
    const course = Array.from({ length: 1 + upTo(5) }, () => releases.map(() => upTo(4)));
    const revisions = releases.map((release, index) => {
      const ready = course.map((counts) => counts[index] ?? 0);
      return revision(release, { minReady: Math.min(...ready), maxReady: Math.max(...ready) });
    });
    const totals = course.map((counts) => sum(counts, (one) => one));
    const workload = {
      workload: "Deployment/web",
      minReady: Math.min(...totals),
      maxPods: Math.max(...totals),
      revisions,
    };
    const chosen = releases.filter(() => upTo(1) === 0);
    const marked = revisions.map((one) => (chosen.includes(one.release) ? { ...one, labels: { in: "yes" } } : one));
    const selected = course.map((counts) =>
      sum(
        counts.map((count, index) => (chosen.includes(releases[index] ?? "") ? count : 0)),
        (one) => one,
      ),
    );
    const behind = { ...workload, revisions: marked };
    expect(readyOf.meanwhile(behind, { in: "yes" })).toBeLessThanOrEqual(Math.min(...selected));
    expect(mostReady(behind, { in: "yes" })).toBeGreaterThanOrEqual(Math.max(...selected));
  }
});
