import { describe, expect, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import {
  failuresByCause,
  firstChange,
  podAbout,
  podNamed,
  podsBehind,
  podsWithin,
  presentAt,
  releasesAround,
  sentWithin,
  WAYS_APART_MS,
} from "../../../observer/course/queries.ts";
import { newPod, oldPod, rolled } from "../support/pods.ts";
import { sceneOf, type Told } from "../support/scene.ts";
import { request } from "../support/told.ts";

const scene = (told: Told) => courseOf(sceneOf({ kind: "image-not-pulled" }, told));

/** A bare pod of v1 that is deleted at 16 s, and its successor of v2, which exists from 17 s on. */
const replaced = scene({
  pods: [oldPod("solo", { deletionMs: 13_000, goneMs: 16_000 }), newPod("solo", 17_000, 19_000), oldPod("other")],
});
const [old, successor] = replaced.pods.filter(({ name }) => name === "solo");

describe("the pod that bore a name", () => {
  test.each([
    ["before the first came: none", 499, undefined],
    ["from the instant on at which it came: the first", 500, old],
    ["while it lived: the first", 12_000, old],
    ["after it was gone, until the successor came: the first still", 16_500, old],
    ["from the instant on at which it came: the successor", 17_000, successor],
    ["at the end: the successor", 36_000, successor],
  ])("%s", (_, atMs, pod) => {
    expect(podNamed(replaced, "solo", atMs)).toBe(pod);
  });

  test("is of the release that is told", () => {
    expect(podNamed(replaced, "solo", 20_000, "v1")).toBe(old);
    expect(podNamed(replaced, "solo", 20_000, "v2")).toBe(successor);
    expect(podNamed(replaced, "solo", 20_000, "v3")).toBeUndefined();
  });

  test("is none where no pod ever bore it", () => {
    expect(podNamed(replaced, "sol", 20_000)).toBeUndefined();
  });
});

describe("the first change", () => {
  test.each<readonly [string, Told, string | undefined]>([
    ["is the step after the first in which pods come and go", { pods: rolled() }, "change"],
    ["may only create pods", { pods: [oldPod("web-old-a"), newPod("web-new-a", 13_000)] }, "change"],
    ["may only delete pods", { pods: [oldPod("web-old-a", { deletionMs: 13_000, goneMs: 16_000 })] }, "change"],
    [
      "is not the end of an older pod",
      { pods: [oldPod("web-old-a", { deletionMs: 9000, goneMs: 14_000 })] },
      undefined,
    ],
    ["is none where nothing but the first step was done", { pods: [oldPod("web-old-a")], onlyDeploy: true }, undefined],
  ])("%s", (_, told, step) => {
    expect(firstChange(scene(told))?.step).toBe(step);
  });
});

describe("the pod that a Kubernetes event is about", () => {
  test.each([
    ["Pod/solo", 14_000, old],
    ["Pod/solo", 18_000, successor],
    ["Pod/ghost", 18_000, undefined],
    ["ReplicaSet/solo", 18_000, undefined],
  ])("%s at %s ms", (about, atMs, pod) => {
    expect(podAbout(replaced, { about, atMs })).toBe(pod);
  });
});

describe("the pods behind endpoints", () => {
  const behind = (fromMs: number, ready: readonly string[]) => podsBehind(replaced, { fromMs, ready });

  test("are those that bore the names then, in the order of the names", () => {
    expect(behind(12_000, ["other", "solo"]).map((pod) => [pod?.name, pod?.release])).toEqual([
      ["other", "v1"],
      ["solo", "v1"],
    ]);
    expect(behind(20_000, ["solo"])).toEqual([successor]);
  });

  test("may be seen a little later than the endpoints that name them", () => {
    expect(behind(17_000 - WAYS_APART_MS, ["solo"])).toEqual([successor]);
    expect(behind(17_000 - WAYS_APART_MS - 1, ["solo"])).toEqual([old]);
  });

  test("are the first of their names where none had been seen, and unknown where none ever was", () => {
    expect(behind(0, ["solo", "ghost"])).toEqual([old, undefined]);
  });
});

test("pods within a span were there at some instant of it", () => {
  const names = (fromMs: number, untilMs: number) => podsWithin(replaced, { fromMs, untilMs }).map(({ uid }) => uid);
  expect(names(15_000, 16_500)).toEqual([old?.uid, "other-500"]);
  expect(names(16_000, 17_000)).toEqual(["other-500"]);
  expect(names(16_000, 17_001)).toEqual(["other-500", successor?.uid]);
});

test("pods that are on their way out are present no more", () => {
  expect(presentAt(replaced, 12_999)).toContain(old);
  expect(presentAt(replaced, 13_000)).not.toContain(old);
});

test("releases around a change are those before it, and those that came in it", () => {
  const course = scene({ pods: rolled() });
  expect(releasesAround(course, { fromMs: 12_000, untilMs: 36_000 })).toEqual({ old: ["v1"], new: ["v2"] });
  expect(releasesAround(course, { fromMs: 26_000, untilMs: 36_000 })).toEqual({ old: ["v2"], new: [] });
});

test("requests belong to the span in which they were sent, whose end is not part of it", () => {
  const course = scene({
    pods: [],
    load: "none",
    extra: [11_999, 12_000, 13_999, 14_000].map((sentMs) => request(sentMs, { status: 200 })),
  });
  const sent = sentWithin(course, { fromMs: 12_000, untilMs: 14_000 });
  expect(sent.map(({ sentMs }) => sentMs)).toEqual([12_000, 13_999]);
});

test("failed requests are counted by cause, the most frequent first", () => {
  const { requests } = scene({
    pods: [],
    load: "none",
    extra: [
      request(13_000, { status: 503 }),
      request(13_001, { error: "ECONNRESET" }),
      request(13_002, { status: 200, correct: false }),
      request(13_003, { error: "ECONNRESET" }),
      request(13_004, { status: 200, correct: true }),
      request(13_005, { status: 200 }),
      request(13_006, { status: 500, correct: false }),
      request(13_007, {}),
    ],
  });
  const failed = requests.filter((one) => one.failed);
  expect(failed.map(({ sentMs }) => sentMs)).not.toContain(13_004);
  expect(failed.map(({ sentMs }) => sentMs)).not.toContain(13_005);
  expect(failuresByCause(failed)).toEqual([
    "2 ECONNRESET",
    "1 status 503",
    "1 wrong answer",
    "1 status 500",
    "1 no answer",
  ]);
});
