import { describe, expect, it } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import type { PodSeen, Recording } from "../../../observer/events.ts";
import { recordingOf } from "../support/recording-of.ts";
import { STARTED_WALL_MS } from "../support/synthetic.ts";

/** One event's report of a pod: its container waits to start, unless `told` says otherwise. */
const sight = (told: Partial<PodSeen> & { run?: Partial<PodSeen["containers"][number]> } = {}): PodSeen => {
  const { run, ...rest } = told;
  const container = {
    name: "service",
    ready: false,
    started: false,
    restartCount: 0,
    imageId: "",
    state: "waiting",
  } as const;
  return {
    type: "pod",
    change: "modified",
    name: "web-a",
    uid: "a",
    resourceVersion: "1",
    release: "v1",
    image: "online-inference:v1",
    phase: "Running",
    createdAtMs: STARTED_WALL_MS,
    ready: false,
    containers: [{ ...container, ...run }],
    ...rest,
  };
};
const running = { state: "running" } as const;
const end = {
  reason: "OOMKilled",
  exitCode: 137,
  startedAtMs: STARTED_WALL_MS + 2000,
  finishedAtMs: STARTED_WALL_MS + 6000,
};

const states = (recording: Recording) =>
  courseOf(recording).pods[0]?.intervals.map(({ state, fromMs, untilMs }) => [state, fromMs, untilMs]);

describe("a pod's course", () => {
  it("goes through its states without a hole, each with the events that told of it", () => {
    const course = courseOf(
      recordingOf([
        [1000, sight({ change: "added", phase: "Pending", containers: [] })],
        [1500, sight({ phase: "Pending" })],
        [2000, sight({ run: running })],
        [4000, sight({ ready: true, readyAtMs: STARTED_WALL_MS + 3000, run: running })],
        [5000, sight({ run: running })],
        [6000, sight({ run: { state: "terminated", reason: "OOMKilled" } })],
        [6500, sight({ run: { reason: "CrashLoopBackOff", last: end } })],
        [8000, sight({ run: { ...running, restartCount: 1, startedAtMs: STARTED_WALL_MS + 7000, last: end } })],
        [9000, sight({ ready: true, run: { ...running, restartCount: 1, last: end } })],
        [
          10_000,
          sight({
            ready: true,
            deletionAtMs: STARTED_WALL_MS + 10_000,
            run: { ...running, restartCount: 1, last: end },
          }),
        ],
        [12_000, sight({ change: "deleted", deletionAtMs: STARTED_WALL_MS + 10_000 })],
        [13_000, { type: "load-ended", sent: 0 }],
      ]),
    );
    expect(course.pods).toHaveLength(1);
    expect(course.pods[0]).toMatchObject({
      listed: false,
      fromMs: 1000,
      untilMs: 12_000,
      deletedMs: 12_000,
      createdMs: 0,
    });
    expect(course.pods[0]?.intervals).toEqual([
      { state: "pending", fromMs: 1000, untilMs: 2000, eventIds: [1, 2] },
      { state: "starting", fromMs: 2000, untilMs: 4000, eventIds: [3] },
      { state: "ready", fromMs: 4000, untilMs: 5000, eventIds: [4] },
      { state: "unready", fromMs: 5000, untilMs: 6000, eventIds: [5] },
      { state: "crashed", fromMs: 6000, untilMs: 8000, eventIds: [6, 7] },
      { state: "starting", fromMs: 8000, untilMs: 9000, eventIds: [8] },
      { state: "ready", fromMs: 9000, untilMs: 10_000, eventIds: [9] },
      { state: "terminating", fromMs: 10_000, untilMs: 12_000, eventIds: [10, 11] },
    ]);
    expect(course.pods[0]?.firstReady).toEqual({ atMs: 4000, eventId: 4, sinceMs: 3000 });
    const ended = {
      container: "service",
      run: 0,
      atMs: 6000,
      eventId: 6,
      reason: "OOMKilled",
      exitCode: 137,
      oomKilled: true,
    };
    const withTimes = { ...ended, startedMs: 2000, finishedMs: 6000 };
    expect(course.pods[0]?.ends).toEqual([withTimes]);
    expect(course.pods[0]?.restarts).toEqual([
      { container: "service", run: 1, atMs: 8000, eventId: 8, startedMs: 7000, end: withTimes },
    ]);
  });

  it("converts the cluster's times by the surest comparison of the clocks", () => {
    const course = courseOf(
      recordingOf([
        [100, { type: "clock", peer: "node", offsetMs: 9000, uncertaintyMs: 50 }],
        [200, { type: "clock", peer: "node", offsetMs: 5000, uncertaintyMs: 2 }],
        [300, sight({ change: "added", createdAtMs: STARTED_WALL_MS + 5000 })],
      ]),
    );
    expect(course.pods[0]?.createdMs).toBe(0);
    expect(course.clock.uncertaintyMs).toBe(2);
  });

  it("knows a pod that was there before, and does not count its earlier restarts", () => {
    const before = { ...running, restartCount: 3, last: end };
    const course = courseOf(
      recordingOf([
        [0, sight({ change: "listed", ready: true, run: before })],
        [1000, sight({ ready: true, run: before })],
        [2000, sight({ run: { ...before, restartCount: 4 } })],
      ]),
    );
    expect(course.pods[0]).toMatchObject({ listed: true, firstReady: { atMs: 0, eventId: 1 } });
    expect(course.pods[0]?.restarts.map(({ run, atMs }) => [run, atMs])).toEqual([[4, 2000]]);
  });

  it("counts every restart where the watch told of several at once, and knows the end of the last", () => {
    const { pods } = courseOf(
      recordingOf([
        [0, sight({ change: "added", run: running })],
        [9000, sight({ run: { ...running, restartCount: 2, last: end } })],
      ]),
    );
    expect(pods[0]?.restarts.map(({ run, end: ended }) => [run, ended?.oomKilled])).toEqual([
      [1, undefined],
      [2, true],
    ]);
  });

  it("gives no time to what was told and taken back in one instant", () => {
    const seen = recordingOf([
      [1000, sight({ change: "added" })],
      [2000, sight({ run: running })],
      [2000, sight({ ready: true, run: running })],
      [5000, { type: "load-ended", sent: 0 }],
    ]);
    expect(states(seen)).toEqual([
      ["pending", 1000, 2000],
      ["ready", 2000, 5000],
    ]);
  });

  it("tells a pod from its successor of the same name", () => {
    const { pods } = courseOf(
      recordingOf([
        [0, sight({ change: "listed", ready: true })],
        [1000, sight({ change: "deleted", ready: true })],
        [2000, sight({ change: "added", uid: "b", release: "v2" })],
      ]),
    );
    expect(pods.map(({ uid, release, untilMs }) => [uid, release, untilMs])).toEqual([
      ["a", "v1", 1000],
      ["b", "v2", 2000],
    ]);
  });
});
