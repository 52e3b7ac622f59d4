import { beforeEach, describe, expect, test } from "vitest";
import { type ChangeBoard, changeBoard } from "../../../observer/run/change-board.ts";
import { ownerSeen } from "../support/owner-seen.ts";
import { podSeen } from "../support/pod-seen.ts";

const WATCHED = [{ kind: "Deployment", name: "web" }] as const;
let board: ChangeBoard;

beforeEach(() => {
  board = changeBoard(WATCHED);
  board.see(ownerSeen("web"));
  board.see(podSeen("a", { owner: "web-7f" }));
  board.mark();
});

describe("a change is seen", () => {
  test("not in a new status, nor before a state is marked", () => {
    board.see(ownerSeen("web", { replicas: 1, availableReplicas: 1 }));
    board.see(podSeen("a", { owner: "web-7f", ready: false }));
    expect(board.hasChanged()).toBe(false);
    const unmarked = changeBoard(WATCHED);
    unmarked.see(ownerSeen("web"));
    expect(unmarked.hasChanged()).toBe(false);
  });

  test.each([
    ["a spec", ownerSeen("web", { generation: 3 })],
    ["a ReplicaSet of a new template", ownerSeen("web-5c", { kind: "ReplicaSet" })],
    ["a pod that comes", podSeen("b", { owner: "web-7f" })],
    ["a pod that terminates, as by an eviction", podSeen("a", { owner: "web-7f", deletionAtMs: 9 })],
    ["a pod that is gone", podSeen("a", { owner: "web-7f", change: "deleted" })],
  ] as const)("in %s", async (_what, seen) => {
    board.see(seen);
    expect(board.hasChanged()).toBe(true);
    await board.changed();
    board.mark();
    expect(board.hasChanged()).toBe(false);
  });
});

test("a board tells specs of the watched workloads apart, and nothing that their controllers do", () => {
  const specs = board.specs();
  board.see(ownerSeen("web", { replicas: 1, availableReplicas: 1 }));
  board.see(ownerSeen("web-5c", { kind: "ReplicaSet", generation: 4 }));
  board.see(podSeen("b", { owner: "web-5c" }));
  expect(board.specs()).toBe(specs);
  board.see(ownerSeen("web", { generation: 3 }));
  expect(board.specs()).not.toBe(specs);
});

describe("a rollout is given up", () => {
  const stuck = { updatedReplicas: 1, troubles: ["Progressing: ProgressDeadlineExceeded"] };

  test("once its controller says so, and no more with the next spec", () => {
    board.see(ownerSeen("web", { updatedReplicas: 1 }));
    expect(board.isGivenUp()).toBe(false);
    board.see(ownerSeen("web", stuck));
    expect(board.isGivenUp()).toBe(true);
    board.see(ownerSeen("web", { ...stuck, availableReplicas: 1 }));
    expect(board.isGivenUp()).toBe(true);
    board.see(ownerSeen("web", { ...stuck, generation: 3 }));
    board.see(ownerSeen("web", { ...stuck, generation: 3, observedGeneration: 3 }));
    expect(board.isGivenUp()).toBe(false);
  });

  test("not where the controller said so before the change, until it says so anew", () => {
    const again = changeBoard(WATCHED);
    again.see(ownerSeen("web", stuck));
    again.see(ownerSeen("web", { ...stuck, generation: 3, observedGeneration: 3 }));
    expect(again.isGivenUp()).toBe(false);
    again.see(ownerSeen("web", { updatedReplicas: 1, generation: 3, observedGeneration: 3 }));
    again.see(ownerSeen("web", { ...stuck, generation: 3, observedGeneration: 3 }));
    expect(again.isGivenUp()).toBe(true);
  });

  test("only where nothing else that is watched is on its way", () => {
    const two = changeBoard([...WATCHED, { kind: "StatefulSet", name: "db" }]);
    const db = (more: object) => two.see(ownerSeen("db", { kind: "StatefulSet", ...more }));
    two.see(ownerSeen("web"));
    two.see(ownerSeen("web", stuck));
    two.see(ownerSeen("web-5c", { kind: "ReplicaSet", availableReplicas: 1 }));
    db({ updatedReplicas: 1 });
    expect(two.isGivenUp()).toBe(false);
    db({});
    expect(two.isGivenUp()).toBe(true);
  });
});

test("a board knows generations, releases of the pods that stay, and what has not settled", () => {
  board.see(ownerSeen("web", { generation: 7 }));
  board.see(podSeen("b", { release: "v2", owner: "web-5c" }));
  board.see(podSeen("a", { release: "v1", owner: "web-7f", deletionAtMs: 9 }));
  expect(board.generationOf("uid-web")).toBe(7);
  expect(board.generationOf("uid-other")).toBeUndefined();
  expect(board.releases()).toEqual(["v2"]);
  expect(board.unsettled()).toEqual([
    "Deployment web has a change that its controller has not seen",
    "pod a still terminates",
  ]);
});

test("a Deployment settles without pods, as at 0 replicas or where pods may not be listed", () => {
  const alone = changeBoard(WATCHED);
  alone.see(ownerSeen("web", { wanted: 0, replicas: 0, readyReplicas: 0, updatedReplicas: 0, availableReplicas: 0 }));
  expect(alone.unsettled()).toEqual([]);
});
