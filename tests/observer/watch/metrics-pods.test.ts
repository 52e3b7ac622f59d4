import { expect, test } from "vitest";
import type { ContainerState, PodSeen } from "../../../observer/events.ts";
import { podBoard } from "../../../observer/watch/metrics.ts";

const container: ContainerState = {
  name: "online-inference",
  ready: true,
  started: true,
  restartCount: 0,
  imageId: "",
  state: "running",
};
const pod = (name: string, more: Partial<PodSeen> = {}): PodSeen => ({
  type: "pod",
  change: "modified",
  name,
  uid: name,
  resourceVersion: "1",
  release: "v1",
  image: "i",
  phase: "Running",
  createdAtMs: 0,
  ready: true,
  containers: [container],
  ...more,
});

test("asks pods whose containers have started, ready or not, and none that goes", () => {
  const board = podBoard();
  for (const seen of [
    pod("serving"),
    pod("unready", { ready: false }),
    pod("pending", { containers: [] }),
    pod("starting", { containers: [{ ...container, started: false }] }),
    pod("crashed", { containers: [{ ...container, state: "waiting" }] }),
    pod("leaving", { deletionAtMs: 5 }),
    pod("gone"),
    pod("gone", { change: "deleted" }),
  ])
    board.see(seen);
  board.see({ type: "load-ended", sent: 1 });
  expect(board.started()).toEqual(["serving", "unready"]);
});
