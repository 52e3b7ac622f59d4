import { beforeEach, describe, expect, test } from "vitest";
import type { OwnerSeen, PodSeen } from "../../../observer/events.ts";
import { type RolloutBoard, rolloutBoard } from "../../../observer/run/rollout-board.ts";
import { podSeen, runningContainer } from "../support/pod-seen.ts";

let board: RolloutBoard;

beforeEach(() => {
  board = rolloutBoard();
});

const pod = (name: string, more: Partial<PodSeen> = {}) => board.see(podSeen(name, more));

const owner = (more: Partial<OwnerSeen> = {}) =>
  board.see({
    type: "owner",
    kind: "Deployment",
    change: "modified",
    name: "d",
    uid: "uid-d",
    resourceVersion: "1",
    generation: 2,
    observedGeneration: 2,
    release: "v1",
    wanted: 2,
    replicas: 2,
    readyReplicas: 2,
    updatedReplicas: 2,
    troubles: [],
    ...more,
  });

describe("a rollout is under way", () => {
  test("not where nothing was seen, nor where all is there and has been Ready", () => {
    expect(board.isUnderWay()).toBe(false);
    owner();
    owner({ kind: "ReplicaSet", uid: "uid-r", updatedReplicas: 0 });
    pod("a");
    pod("b");
    expect(board.isUnderWay()).toBe(false);
  });

  test.each([
    ["the controller has not seen what is wanted", { observedGeneration: 1 }],
    ["there are too few pods", { replicas: 1, updatedReplicas: 1 }],
    ["there are too many pods", { replicas: 3 }],
    ["pods of the old template are left", { updatedReplicas: 1 }],
  ] satisfies [string, Partial<OwnerSeen>][])("while %s", (_why, more) => {
    owner(more);
    expect(board.isUnderWay()).toBe(true);
    owner();
    expect(board.isUnderWay()).toBe(false);
  });

  test("while a pod is on its way out, until it is gone", () => {
    pod("a");
    pod("a", { deletionAtMs: 5 });
    expect(board.isUnderWay()).toBe(true);
    pod("a", { deletionAtMs: 5, change: "deleted" });
    expect(board.isUnderWay()).toBe(false);
  });

  test("while a pod has not been Ready; what it does later is no part of it", () => {
    pod("a", { ready: false });
    expect(board.isUnderWay()).toBe(true);
    pod("a");
    pod("a", { ready: false });
    expect(board.isUnderWay()).toBe(false);
  });

  test("not on account of a pod that crashes before it is Ready", () => {
    pod("a", { ready: false, containers: [{ ...runningContainer, ready: false, state: "terminated" }] });
    pod("a", { ready: false, containers: [{ ...runningContainer, ready: false, restartCount: 1 }] });
    expect(board.isUnderWay()).toBe(false);
    pod("b", { ready: false, phase: "Failed", containers: [] });
    expect(board.isUnderWay()).toBe(false);
  });

  test("no more once its owner is gone", () => {
    owner({ replicas: 1 });
    owner({ replicas: 1, change: "deleted" });
    expect(board.isUnderWay()).toBe(false);
  });
});
