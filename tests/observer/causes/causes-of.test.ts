import { describe, expect, test } from "vitest";
import { CAUSE_NAMES } from "../../../observer/causes/cause.ts";
import { causesOf } from "../../../observer/causes/causes-of.ts";
import { courseOf } from "../../../observer/course/course.ts";
import { causes, container, endpoints, going, good, only, pod, request, told } from "../support/cause-scene.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { outage, rolling } from "../support/scenarios.ts";

const recordings = (await fixtures()).map(({ name, recording }) => [name, recording] as const);

describe.each(recordings)("the recording of %s", (_, recording) => {
  const course = courseOf(recording);
  const { requests, groups } = causesOf(recording, course);
  const failed = course.requests.filter((one) => one.failed).map(({ id }) => id);

  test("has one cause for each failed request, and none for the others", () => {
    expect(requests.map((one) => one.request).toSorted((a, b) => a - b)).toEqual(failed.toSorted((a, b) => a - b));
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(failed.length);
  });

  test("leaves none unexplained", () => {
    expect(requests.filter(({ cause }) => cause === "unexplained")).toEqual([]);
  });

  test("cites events that it has, the request's own first", () => {
    const ids = new Set(recording.events.map(({ id }) => id));
    for (const { evidence, request: own } of requests) {
      expect(evidence[0]).toBe(own);
      expect(evidence.every((id) => ids.has(id))).toBe(true);
    }
  });
});

test("the causes of the recordings are what their experiments do on purpose", () => {
  const of = Object.fromEntries(
    recordings.map(([name, recording]) => [
      name,
      causesOf(recording, courseOf(recording))
        .groups.map(({ cause }) => cause)
        .toSorted(),
    ]),
  );
  expect(of).toEqual({
    "blue-green": [],
    helm: [],
    // A bare pod's successor has its name: nothing serves meanwhile.
    pod: ["no-endpoint", "only-terminating"],
    // It hangs and is killed, and crashes; it is the only pod.
    probes: ["container-ended", "no-endpoint", "only-terminating"],
    recreate: ["no-endpoint", "only-terminating"],
    // The step `reset` destroys the stack under load.
    replicaset: ["no-endpoint"],
    // It is killed for its memory, and it is the only pod.
    resources: ["container-ended", "no-endpoint", "only-terminating"],
    rolling: [],
    switch: [],
  });
});

describe("causes", () => {
  test("are none where no request failed", () => {
    expect(causes(rolling())).toEqual({ groups: [], requests: [] });
  });

  test("are of the closed list, the most frequent first", () => {
    const { groups } = causes(outage());
    for (const { cause } of groups) expect(CAUSE_NAMES).toContain(cause);
    expect(groups.map(({ count }) => count)).toEqual(groups.map(({ count }) => count).toSorted((a, b) => b - a));
  });

  test("of what nothing speaks for say so", () => {
    const scene = [
      [0, pod("a")],
      [0, endpoints(["a"])],
    ] as const;
    const odd = only(told([...scene, good(1000, "a"), request(2000, 3, { status: 500 })]));
    expect(odd).toMatchObject({ cause: "unexplained", because: expect.stringContaining("status 500") });
    const wrong = only(told([...scene, request(2000, 3, { status: 200, pod: "a", correct: false })]));
    expect(wrong).toMatchObject({ cause: "unexplained", because: expect.stringContaining("wrong answer") });
  });

  test("depend on nothing but the recording", () => {
    const recording = told([
      [0, pod("a")],
      [0, pod("b")],
      [0, endpoints(["a", "b"])],
      [4000, going("a", 4000)],
      request(4300, 1, { error: "ECONNREFUSED" }),
      [5000, going("a", 4000, { containers: [container({ state: "terminated" })] })],
    ]);
    expect(causes(recording)).toEqual(causes(structuredClone(recording)));
  });
});

test("a recording may have more failures than a function takes arguments", () => {
  const many = Array.from({ length: 150_000 }, (_, index) =>
    request(20_000 + index / 10, 1, { error: "ECONNREFUSED" }),
  );
  const recording = told([[0, pod("a")], [0, endpoints(["a"])], [19_000, endpoints([])], ...many]);
  expect(causes(recording).groups).toMatchObject([{ cause: "no-endpoint", count: 150_000, fromMs: 20_000 }]);
});
