import { describe, expect, test } from "vitest";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import { proportions } from "../../plan/rolling/proportional-scaling.ts";
import type { Frame, Goal, Simulation, StartingSet } from "../../plan/simulated-frames.ts";
import { simulate } from "../../plan/simulation.ts";
import { numbers } from "../support/random.ts";

const old = (pods: number, more: Partial<StartingSet> = {}): StartingSet => ({
  id: "old",
  current: false,
  pods,
  ready: pods,
  available: pods,
  stopping: 0,
  desired: pods,
  ...more,
});

const LEAST_MS = 1_000;
const MOST_MS = 9_000;
const pace = (startMs: number) => ({ startMs: () => startMs, stopMs: 5_000 });

const count = (frame: Frame, key: "pods" | "ready" | "available") =>
  Object.values(frame.sets).reduce((sum, set) => sum + set[key], 0);
const peak = ({ frames }: Simulation) => Math.max(...frames.map((frame) => count(frame, "pods")));
const least = ({ frames }: Simulation) => Math.min(...frames.map((frame) => count(frame, "ready")));

const replicas = [1, 2, 3, 4, 5, 6, 7, 10];
const surges = [0, 1, 2, 4, "25%", "50%", "100%"];
const unavailables = [0, 1, 2, "25%", "34%", "100%"];
const rooms = replicas.flatMap((number) =>
  surges.flatMap((maxSurge) => unavailables.map((maxUnavailable) => ({ number, maxSurge, maxUnavailable }))),
);

test.each(rooms)(
  "$number pods, surge $maxSurge, unavailable $maxUnavailable",
  ({ number, maxSurge, maxUnavailable }) => {
    const room = roomOf({ maxSurge, maxUnavailable }, number);
    const goal: Goal = { replicas: number, minReadyMs: 0, room };
    const fast = simulate([old(number)], goal, pace(LEAST_MS));
    const slow = simulate([old(number)], goal, pace(MOST_MS));
    expect(peak(fast)).toBe(number + Math.min(room.surge, number));
    expect(least(fast)).toBe(number - Math.min(room.unavailable, number));
    expect(fast.created).toEqual({ new: number });
    expect(fast.kept).toEqual({ old: 0, new: 0 });

    // In whatever order pods get ready, the rollout keeps its bounds and completes in time.
    const random = numbers(number * 1000 + room.surge * 10 + room.unavailable);
    for (let run = 0; run < 5; run += 1) {
      const simulation = simulate([old(number)], goal, {
        startMs: () => LEAST_MS + Math.round(random() * (MOST_MS - LEAST_MS)),
        stopMs: 5_000,
      });
      expect(peak(simulation)).toBeLessThanOrEqual(peak(fast));
      expect(least(simulation)).toBeGreaterThanOrEqual(least(fast));
      expect(simulation.completeAtMs).toBeGreaterThanOrEqual(fast.completeAtMs ?? Number.NaN);
      expect(simulation.completeAtMs).toBeLessThanOrEqual(slow.completeAtMs ?? Number.NaN);
    }
  },
);

test("from any half-done rollout it comes to the wanted pods and keeps within what it found and may have", () => {
  const random = numbers(7);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  for (let run = 0; run < 500; run += 1) {
    const number = 1 + upTo(8);
    const room = roomOf({ maxSurge: upTo(number), maxUnavailable: upTo(number) }, number);
    const sets = ["first", "second", "third"].slice(upTo(2)).map((id, index, { length }): StartingSet => {
      const pods = upTo(6);
      const ready = upTo(pods);
      const available = upTo(ready);
      return { id, current: index === length - 1, pods, ready, available, stopping: upTo(1), desired: number };
    });
    const before = sets.reduce((sum, { pods }) => sum + pods, 0);
    const available = sets.reduce((sum, set) => sum + set.available, 0);
    const simulation = simulate(sets, { replicas: number, minReadyMs: 2_000, room }, pace(LEAST_MS + upTo(5) * 1000));
    expect(simulation.completeAtMs).toBeDefined();
    expect(peak(simulation)).toBeLessThanOrEqual(Math.max(before, number + room.surge));
    const availables = simulation.frames.map((frame) => count(frame, "available"));
    expect(Math.min(...availables)).toBeGreaterThanOrEqual(Math.min(available, number - room.unavailable));
  }
});

describe("a release that never gets ready", () => {
  const never = { startMs: () => Number.POSITIVE_INFINITY, stopMs: 5_000 };
  const goal: Goal = { replicas: 6, minReadyMs: 0, room: { surge: 4, unavailable: 2 } };

  test("stops with as many old pods as must be available", () => {
    const simulation = simulate([old(6)], goal, never);
    expect(simulation.completeAtMs).toBeUndefined();
    expect(simulation.frames.at(-1)?.sets).toMatchObject({ old: { pods: 4, ready: 4 }, new: { pods: 6, ready: 0 } });
  });

  test("goes before any ready pod when the next good one comes", () => {
    const stuck = [old(4, { id: "good", current: true, desired: 6 }), old(6, { id: "bad", ready: 0, available: 0 })];
    const simulation = simulate(stuck, goal, pace(LEAST_MS));
    expect(least(simulation)).toBe(4);
    expect(simulation.kept).toEqual({ good: 4, bad: 0 });
    expect(simulation.created).toEqual({ good: 2 });
  });
});

test("a new number and a new template at once: the old pods are scaled first, as seen on Kubernetes 1.33", () => {
  const goal: Goal = { replicas: 5, minReadyMs: 0, room: roomOf({}, 5) };
  const simulation = simulate([old(3)], goal, pace(LEAST_MS));
  expect(simulation.created).toEqual({ old: 2, new: 5 });
  expect(peak(simulation)).toBe(7);
  expect(least(simulation)).toBe(3);
});

describe("a new number and a new template at once, while the old set is still creating what it was scaled to", () => {
  const slowly = { ...pace(LEAST_MS), createMs: () => 200 };

  // Seen on Kubernetes 1.33: 8 pods, although replicas + surge are 7.
  test.each([
    [1, 5, {}, 7],
    [3, 7, { maxSurge: 0, maxUnavailable: 1 }, 7],
  ])("%i to %i pods, %o", (before, after, rolling, meant) => {
    const goal: Goal = { replicas: after, minReadyMs: 0, room: roomOf(rolling, after) };
    expect(peak(simulate([old(before)], goal, pace(LEAST_MS)))).toBe(meant);
    const simulation = simulate([old(before)], goal, slowly);
    expect(peak(simulation)).toBe(8);
    expect(simulation.frames.at(-1)?.sets).toMatchObject({ old: { pods: 0, stopping: 0 }, new: { pods: after } });
    // The old set finishes creating before any new pod gets Ready.
    const later = simulation.frames.filter(({ atMs }) => atMs > 200);
    expect(peak({ ...simulation, frames: later })).toBe(meant);
  });

  test("more pods than the controllers may create at once: also what gets Ready meanwhile makes room", () => {
    const goal: Goal = { replicas: 40, minReadyMs: 0, room: roomOf({ maxSurge: 2, maxUnavailable: 0 }, 40) };
    const meant = simulate([old(4)], goal, pace(LEAST_MS));
    expect(peak(meant)).toBe(42);
    expect(peak(simulate([old(4)], goal, { ...pace(LEAST_MS), createMs: () => 200 }))).toBe(42);
    expect(peak(simulate([old(4)], goal, { ...pace(LEAST_MS), createMs: () => 1500 }))).toBeGreaterThan(42);
  });

  test.each([
    ["the number alone", old(3, { current: true }), 6],
    ["the template alone", old(6), 8],
    ["fewer pods", old(9), 9],
  ])("is no matter of %s", (_, before, most) => {
    const goal: Goal = { replicas: 6, minReadyMs: 0, room: { surge: 2, unavailable: 1 } };
    expect(peak(simulate([before], goal, slowly))).toBe(most);
  });
});

test("Recreate with pods that stop at once goes on at once", () => {
  const simulation = simulate(
    [old(3, { stopping: 1 })],
    { replicas: 3, minReadyMs: 0, room: "recreate" },
    {
      startMs: () => LEAST_MS,
      stopMs: 0,
    },
  );
  expect(simulation.completeAtMs).toBe(LEAST_MS);
});

test("Recreate that notices the end of the last old pod late goes on late", () => {
  const goal: Goal = { replicas: 3, minReadyMs: 0, room: "recreate" };
  const simulation = simulate([old(3)], goal, { ...pace(LEAST_MS), noticeMs: 60_000 });
  expect(simulation.completeAtMs).toBe(5_000 + 60_000 + LEAST_MS);
});

describe("paused", () => {
  const room = { surge: 2, unavailable: 1 };
  const paused = (replicas: number, sets: StartingSet[], more: Partial<Goal> = {}): Simulation =>
    simulate(sets, { replicas, minReadyMs: 0, room, paused: true, ...more }, pace(LEAST_MS));
  const sizes = ({ frames }: Simulation) => Object.values(frames.at(-1)?.sets ?? {}).map(({ pods }) => pods);
  const coming: StartingSet = {
    ...old(4, { id: "coming", current: true, ready: 1, available: 1 }),
    max: 8,
    desired: 6,
  };

  test.each([3, 6, 8])("the only set with pods is scaled to %i", (replicas) => {
    const simulation = paused(replicas, [old(6)]);
    expect(sizes(simulation)).toEqual([replicas]);
    expect(simulation.completeAtMs).toBe(replicas > 6 ? LEAST_MS : 0);
  });

  test("the youngest set is scaled where none has pods, that of the wanted template before it", () => {
    expect(sizes(paused(3, [old(0), old(0, { id: "younger" })]))).toEqual([0, 3]);
    expect(sizes(paused(3, [old(0, { current: true }), old(0, { id: "younger" })]))).toEqual([3, 0]);
  });

  test("amid a rollout all sets together keep the number and the surge, and nobody takes anybody's place", () => {
    expect(sizes(paused(6, [old(4, { max: 8, desired: 6 }), coming]))).toEqual([4, 4]);
    expect(sizes(paused(10, [old(4, { max: 8, desired: 6 }), coming]))).toEqual([6, 6]);
    // Leftover pods go to the largest set.
    expect(sizes(paused(6, [old(3, { max: 8, desired: 6 }), coming]))).toEqual([3, 5]);
  });

  test("what is left of an old set goes when the new one has all it needs", () => {
    const whole = old(6, { id: "whole", current: true, max: 8, desired: 6 });
    expect(sizes(paused(6, [old(2, { max: 8, desired: 6 }), whole]))).toEqual([0, 6]);
  });

  test("Recreate with two sets leaves both as they are, and without any set nothing comes", () => {
    expect(sizes(paused(9, [old(2), coming], { room: "recreate" }))).toEqual([2, 4]);
    expect(paused(3, [])).toMatchObject({ completeAtMs: 0, created: {} });
  });
});

test("Recreate: the first new pod waits for the end of the last old one", () => {
  const simulation = simulate([old(3)], { replicas: 3, minReadyMs: 1_000, room: "recreate" }, pace(LEAST_MS));
  expect(peak(simulation)).toBe(3);
  expect(least(simulation)).toBe(0);
  const created = simulation.frames.find(({ sets }) => (sets.new?.pods ?? 0) > 0);
  expect(created?.atMs).toBe(5_000);
  expect(simulation.completeAtMs).toBe(5_000 + LEAST_MS + 1_000);
});

test("nothing to do is nothing done", () => {
  const goal: Goal = { replicas: 2, minReadyMs: 0, room: { surge: 1, unavailable: 0 } };
  const simulation = simulate([old(2, { current: true })], goal, pace(LEAST_MS));
  expect(simulation).toMatchObject({ completeAtMs: 0, waves: 0, created: {}, kept: { old: 2 } });
});

describe("scaling amid a rollout", () => {
  // The example of the documentation of Deployments: 10 pods, surge 3, unavailable 2, scaled to 15 while stuck at 8 and 5.
  const sets = [
    { pods: 8, max: 13 },
    { pods: 5, max: 13 },
  ];

  test("is shared out in proportion", () => {
    expect(proportions(sets, { replicas: 15, surge: 3, total: 13 })).toEqual([11, 7]);
  });

  test("down to nothing empties every set", () => {
    expect(proportions(sets, { replicas: 0, surge: 3, total: 13 })).toEqual([0, 0]);
  });

  test("is nothing when the sum fits already", () => {
    expect(proportions(sets, { replicas: 10, surge: 3, total: 13 })).toEqual([8, 5]);
  });

  test.each([1, 3, 7, 12, 20])("adds up to %i pods and the surge", (number) => {
    const sizes = proportions([...sets, { pods: 3 }], { replicas: number, surge: 2, total: 16 });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(number + 2);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(0);
  });
});
