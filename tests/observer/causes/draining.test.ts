import { expect, test } from "vitest";
import { causesOf } from "../../../observer/causes/causes-of.ts";
import { drainingOf, refusalsOf } from "../../../observer/causes/draining.ts";
import { courseOf } from "../../../observer/course/course.ts";
import type { Recording } from "../../../observer/events.ts";
import { endpoints, going, good, pod, request, type Timed, told } from "../support/cause-scene.ts";
import { fixtures } from "../support/recording-fixtures.ts";

const measured = (recording: Recording) => {
  const course = courseOf(recording);
  return drainingOf(recording, course, refusalsOf(causesOf(recording, course)));
};

/** Pod a is asked to go at 10.0 s, and is not ready in the endpoints from 10.1 s on. */
const leaving = (differs: Parameters<typeof pod>[1] = { preStopSeconds: 5, graceSeconds: 20 }): Timed[] => [
  [0, pod("a", differs)],
  [0, pod("b", differs)],
  [0, endpoints(["a", "b"])],
  ...Array.from({ length: 10 }, (_, index) => good(9_000 + index * 100, "a")),
  [10_000, going("a", 10_000, differs)],
  [10_100, endpoints(["b"], ["a"])],
];

test("the wait that would do follows from the last new connection after a deletion", () => {
  const kept = good(15_300, "a", { connection: "kept" });
  expect(measured(told([...leaving(), good(10_200, "a"), good(10_500, "a"), kept]))).toMatchObject({
    pods: 1,
    lastNewMs: 500,
    lastKeptMs: 5300,
    endpointLagMs: 100,
    everyMs: 20,
    preStopSeconds: 5,
    neededSeconds: 2,
    sentence: expect.stringMatching(/^last new connection 0\.5 s after deletion; preStop is 5 s, 2 s would do; /),
  });
});

test("a refusal is a new connection as well", () => {
  const timed = [...leaving({ graceSeconds: 20 }), request(11_600, 1, { error: "ECONNREFUSED" })];
  expect(measured(told(timed, { preStopSeconds: 0 }))).toMatchObject({
    lastNewMs: 1600,
    neededSeconds: 3,
    sentence: expect.stringContaining("preStop is 0 s, 3 s are needed"),
  });
});

test("a connection to the address of a pod that is gone says nothing of when nodes knew", () => {
  const answers = Array.from({ length: 20 }, (_, index) => good(70_000 + index * 150, "b"));
  const gone: Timed = [11_000, going("a", 10_000, { change: "deleted", graceSeconds: 20 })];
  const lost = request(70_000, 3_060, { error: "ECONNRESET", reached: "server" });
  const recording = told([...leaving({ graceSeconds: 20 }), gone, good(10_500, "a"), ...answers, lost]);
  expect(causesOf(recording, courseOf(recording)).requests).toMatchObject([{ cause: "port-closed", pod: "a" }]);
  expect(measured(recording)).toMatchObject({ lastNewMs: 500, neededSeconds: 2 });
});

test("nothing is measured where a pod went alone, was not deleted, or has a successor of its name", () => {
  expect(measured(told([...leaving(), [12_000, endpoints([], ["a"])], good(13_000, "b")]))).toBeUndefined();
  expect(measured(told(leaving().filter(([atMs]) => atMs < 10_000)))).toBeUndefined();
  expect(measured(told([...leaving(), [13_000, pod("a", { uid: "uid-successor" })]]))).toBeUndefined();
});

test("the recording of a rolling update shows that its wait of 5 s is longer than it needs to be", async () => {
  const rolling = (await fixtures()).find(({ name }) => name === "rolling")?.recording;
  if (!rolling) throw new Error("no recording of rolling");
  expect(measured(rolling)).toMatchObject({ pods: 8, preStopSeconds: 5, neededSeconds: 2 });
});
