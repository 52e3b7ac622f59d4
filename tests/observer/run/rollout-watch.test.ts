import { beforeEach, describe, expect, test } from "vitest";
import type { Happening, OwnerSeen, PodSeen } from "../../../observer/events.ts";
import { type RolloutWatch, watchRollouts } from "../../../observer/run/rollout-watch.ts";

let happened: Happening[];
let watch: RolloutWatch;

beforeEach(() => {
  happened = [];
  watch = watchRollouts({
    nowMs: () => 7,
    record: (happening) => {
      happened.push(happening);
      return { id: happened.length, atMs: 7, wallMs: 7, ...happening };
    },
    close: () => {},
  });
});

const running = { name: "c", ready: true, started: true, restartCount: 0, imageId: "i", state: "running" } as const;

const pod = (name: string, more: Partial<PodSeen> = {}) =>
  watch.record({
    type: "pod",
    change: "modified",
    name,
    uid: `uid-${name}`,
    resourceVersion: "1",
    release: "v1",
    image: "i",
    phase: "Running",
    createdAtMs: 0,
    ready: true,
    containers: [running],
    ...more,
  });

const owner = (more: Partial<OwnerSeen> = {}) =>
  watch.record({
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
    expect(watch.isUnderWay()).toBe(false);
    owner();
    owner({ kind: "ReplicaSet", uid: "uid-r", updatedReplicas: 0 });
    pod("a");
    pod("b");
    expect(watch.isUnderWay()).toBe(false);
  });

  test.each([
    ["the controller has not seen what is wanted", { observedGeneration: 1 }],
    ["there are too few pods", { replicas: 1, updatedReplicas: 1 }],
    ["there are too many pods", { replicas: 3 }],
    ["pods of the old template are left", { updatedReplicas: 1 }],
  ] satisfies [string, Partial<OwnerSeen>][])("while %s", (_why, more) => {
    owner(more);
    expect(watch.isUnderWay()).toBe(true);
    owner();
    expect(watch.isUnderWay()).toBe(false);
  });

  test("while a pod is on its way out, until it is gone", () => {
    pod("a");
    pod("a", { deletionAtMs: 5 });
    expect(watch.isUnderWay()).toBe(true);
    pod("a", { deletionAtMs: 5, change: "deleted" });
    expect(watch.isUnderWay()).toBe(false);
  });

  test("while a pod has not been Ready; what it does later is no part of it", () => {
    pod("a", { ready: false });
    expect(watch.isUnderWay()).toBe(true);
    pod("a");
    pod("a", { ready: false });
    expect(watch.isUnderWay()).toBe(false);
  });

  test("not on account of a pod that crashes before it is Ready", () => {
    pod("a", { ready: false, containers: [{ ...running, ready: false, state: "terminated" }] });
    pod("a", { ready: false, containers: [{ ...running, ready: false, restartCount: 1 }] });
    expect(watch.isUnderWay()).toBe(false);
    pod("b", { ready: false, phase: "Failed", containers: [] });
    expect(watch.isUnderWay()).toBe(false);
  });

  test("no more once its owner is gone", () => {
    owner({ replicas: 1 });
    owner({ replicas: 1, change: "deleted" });
    expect(watch.isUnderWay()).toBe(false);
  });
});

test("everything goes on to the recorder as it is", () => {
  const event = pod("a");
  expect(event).toMatchObject({ id: 1, type: "pod", name: "a" });
  owner();
  expect(happened.map(({ type }) => type)).toEqual(["pod", "owner"]);
  expect(watch.nowMs()).toBe(7);
});
