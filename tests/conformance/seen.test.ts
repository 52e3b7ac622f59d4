import { expect, test } from "vitest";
import type { RolloutPlan } from "../../plan/plan.ts";
import { compare } from "./compare.ts";
import { type Seen, seenSince } from "./seen.ts";
import { liveBefore, type Sight } from "./watched.ts";

const pod = (version: number, uid: string, state: "ready" | "starting" | "stops" | "failed" | "gone"): Sight => ({
  kind: "Pod",
  version,
  atMs: version * 10,
  gone: state === "gone",
  object: {
    metadata: { uid, name: `web-${uid}`, ...(state === "stops" && { deletionTimestamp: new Date(0) }) },
    spec: { containers: [{ name: "web", image: "web:v1" }] },
    status: {
      phase: state === "failed" ? "Failed" : "Running",
      conditions: [{ type: "Ready", status: state === "ready" ? "True" : "False" }],
    },
  },
});

/** Two Ready pods; then version 5 changes the workload: c comes, a stops and is gone, c gets ready. As told, not in order. */
const SIGHTS: readonly Sight[] = [
  pod(1, "a", "ready"),
  pod(2, "b", "ready"),
  pod(7, "a", "stops"),
  pod(6, "c", "starting"),
  pod(9, "c", "ready"),
  pod(8, "a", "gone"),
];

test("what ran before a change is what the API server had stored by then", () => {
  expect(liveBefore(5, SIGHTS).pods.map(({ metadata }) => metadata?.name)).toEqual(["web-a", "web-b"]);
  expect(liveBefore(9, SIGHTS).pods.map(({ metadata }) => metadata?.name)).toEqual(["web-b", "web-c"]);
});

test("pods are counted after each event, in the order of the versions", () => {
  expect(seenSince(5, SIGHTS, 50)).toEqual({
    mostPods: 3,
    mostAsked: 3,
    fewestReady: 1,
    created: 1,
    gone: ["web-a"],
    stayed: ["web-b"],
    podsAfter: { "web:v1": 2 },
    lastChangeMs: 40,
  });
});

test("a pod that fails goes, though it still exists", () => {
  expect(seenSince(5, [...SIGHTS, pod(10, "b", "failed")], 50)).toMatchObject({
    gone: ["web-a", "web-b"],
    fewestReady: 1,
  });
});

const PLAN = {
  maxPods: 4,
  beyond: 1,
  peak: { pods: 5 },
  minReady: 1,
  created: 1,
  replaced: ["web-a"],
  surviving: [],
  undecided: { goes: 0, among: [] },
  podsAfter: { "web:v1": 2 },
  durationMs: { least: 0, most: 100 },
  waves: 1,
} as unknown as RolloutPlan;

const judged = (seen: Seen, lateMs = 0) =>
  compare(PLAN, seen, 0, lateMs).map(
    ({ field, outside, tight }) => `${field}: ${outside ? "outside" : tight ? "tight" : "within"}`,
  );

test("a bound is outside, tight or within; a race need not happen for its bound to be tight", () => {
  const seen = seenSince(5, SIGHTS, 50);
  expect(judged(seen)).toEqual([
    "pods at most: tight",
    "ready at least: tight",
    "pods created: tight",
    "pods after: tight",
    "which pods go: tight",
    "duration: within",
  ]);
  expect(
    judged({ ...seen, mostPods: 5, mostAsked: 5, fewestReady: 0, created: 0, gone: [], podsAfter: { "web:v1": 3 } }),
  ).toEqual([
    "pods at most: outside",
    "ready at least: outside",
    "pods created: within",
    "pods after: outside",
    "which pods go: outside",
    "duration: within",
  ]);
});

test("pods that a set no longer wants count until they are told to stop, but within the plan's peak alone", () => {
  const seen = seenSince(5, SIGHTS, 50);
  expect(judged({ ...seen, mostPods: 5, mostAsked: 4 })[0]).toBe("pods at most: tight");
  expect(judged({ ...seen, mostPods: 6, mostAsked: 4 })[0]).toBe("pods at most: outside");
});

test("a duration may be as late as the controllers were", () => {
  const seen = { ...seenSince(5, SIGHTS, 50), lastChangeMs: 6_000 };
  expect(judged(seen).at(-1)).toBe("duration: outside");
  expect(judged(seen, 1_000).at(-1)).toBe("duration: within");
});
