import { expect, test } from "vitest";
import { podBoard } from "../../../observer/watch/metrics.ts";
import { podSeen, runningContainer } from "../support/pod-seen.ts";

test("asks pods whose containers have started, ready or not, and none that goes", () => {
  const board = podBoard();
  for (const seen of [
    podSeen("serving"),
    podSeen("unready", { ready: false }),
    podSeen("pending", { containers: [] }),
    podSeen("starting", { containers: [{ ...runningContainer, started: false }] }),
    podSeen("crashed", { containers: [{ ...runningContainer, state: "waiting" }] }),
    podSeen("leaving", { deletionAtMs: 5 }),
    podSeen("gone"),
    podSeen("gone", { change: "deleted" }),
  ])
    board.see(seen);
  board.see({ type: "load-ended", sent: 1 });
  expect(board.started()).toEqual(["serving", "unready"]);
});
