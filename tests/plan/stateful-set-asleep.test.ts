import { expect, test } from "vitest";
import { simulateOrdered } from "../../plan/ordered/ordered-simulation.ts";
import { NEW_SET } from "../../plan/simulated-frames.ts";

const goal = { replicas: 1, start: 0, ordered: true, partition: 0, below: NEW_SET, onDelete: false };
const pace = { startMs: () => 1_000, stopMs: 500 };
const pod = (ordinal: number, state: "available" | "ready") => ({ ordinal, set: NEW_SET, state });

test("nothing wakes the controller that waits for minReadySeconds while as many pods are available as are wanted", () => {
  // Seen beside the controllers: of two Ready pods one is wanted, and the one that is to stay is not available yet.
  const simulation = simulateOrdered([pod(0, "ready"), pod(1, "available")], { ...goal, minReadyMs: 2_000 }, pace);
  expect(simulation).toMatchObject({ asleep: true, kept: { [NEW_SET]: 2 } });
  expect(simulation.completeAtMs).toBeUndefined();
});

test("it asks again after minReadySeconds as long as another number is available", () => {
  const simulation = simulateOrdered([pod(0, "ready"), pod(1, "ready")], { ...goal, minReadyMs: 2_000 }, pace);
  expect(simulation).toMatchObject({ asleep: false, kept: { [NEW_SET]: 1 }, completeAtMs: 2_000 });
});

test("a pod that gets ready wakes it a second after minReadySeconds", () => {
  const created = simulateOrdered([pod(0, "available")], { ...goal, replicas: 2, minReadyMs: 2_000 }, pace);
  expect(created).toMatchObject({ asleep: false, completeAtMs: 3_000 });
});
