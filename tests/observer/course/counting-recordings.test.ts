import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import { presentAt } from "../../../observer/course/queries.ts";
import type { Event, Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { comparisonsOf, dataOf, verdictsOf } from "../support/facts-of.ts";

const read = (name: string) =>
  readRecording(fileURLToPath(new URL(`../../fixtures/counting/${name}.ndjson`, import.meta.url)));

/** The recording without the samples of its busy machine, which leave every verdict inconclusive. */
const onCalmMachine = (recording: Recording): Recording => ({
  ...recording,
  events: recording.events.filter(({ type }) => type !== "machine"),
});

const sentenceOf = (recording: Recording, hypothesis: string) =>
  verdictsOf(recording).find((one) => one.hypothesis === hypothesis)?.sentence;

describe.each([
  ["evicted", "Failed"],
  ["evicted-cleanly", "Succeeded"],
])("of two pods one is evicted (%s), which", (name, phase) => {
  test("has the phase that Kubernetes gave it", async () => {
    const { events } = await read(name);
    expect(events.some((event) => event.type === "pod" && event.phase === phase)).toBe(true);
  });

  test("is no replica any more, beside the one that takes its place", async () => {
    const recording = await read(name);
    const course = courseOf(recording);
    expect(course.pods).toHaveLength(3);
    expect(presentAt(course, course.endMs)).toHaveLength(2);
    expect(Math.max(...course.counts.present.map(({ value }) => value))).toBe(2);
    expect(sentenceOf(recording, "pods-at-most")).toContain("Most pods 2 of at most 3");
  });

  test("is told as evicted, and leaves open what its end may have caused", async () => {
    const recording = onCalmMachine(await read(name));
    expect(dataOf(recording).endedPods).toMatchObject([{ reason: "Evicted" }]);
    const verdicts = verdictsOf(recording);
    expect(verdicts.filter(({ outcome }) => outcome === "held").map(({ hypothesis }) => hypothesis)).not.toContain(
      "rollout-completes",
    );
    expect(sentenceOf(recording, "rollout-completes")).toContain("ended by itself (Evicted)");
  });
});

describe("the restart of a native sidecar", () => {
  test("is a restart, beside a container that goes on", async () => {
    const course = courseOf(await read("sidecar-restart"));
    expect(course.pods.flatMap(({ restarts }) => restarts)).toMatchObject([
      { container: "proxy", run: 1, end: { exitCode: 3 } },
    ]);
  });

  test("refutes that no container restarts, on a machine that was not starved", async () => {
    const verdicts = verdictsOf(onCalmMachine(await read("sidecar-restart")));
    expect(verdicts.find(({ claim }) => claim === "No container restarts during the change")).toMatchObject({
      outcome: "refuted",
      sentence: expect.stringContaining("1 restart (Error, exit code 3)"),
    });
  });

  test("would be none if only its pod's other containers counted", async () => {
    const recording = await read("sidecar-restart");
    const events = recording.events.map((event): Event => {
      if (event.type !== "pod") return event;
      const { initContainers: _, ...pod } = event;
      return pod;
    });
    expect(courseOf({ ...recording, events }).pods.flatMap(({ restarts }) => restarts)).toEqual([]);
  });
});

test("a rollout that is not over when its step ends is told as such, and names no survivors", async () => {
  const [comparison] = comparisonsOf(await read("not-over"));
  const rows = comparison?.rows ?? [];
  for (const what of ["replaced", "surviving", "duration"] as const) {
    expect(rows.find((row) => row.what === what)).toMatchObject({
      observed: "not over yet, 2 pods are still to be replaced",
      agrees: false,
    });
  }
  expect(rows.find(({ what }) => what === "pods at most")).toMatchObject({ observed: "4", agrees: true });
});
