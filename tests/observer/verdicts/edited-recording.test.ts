import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Event, Recording } from "../../../observer/events.ts";
import { readRecording } from "../../../observer/recording/reader.ts";
import { comparisonsOf, verdictsOf } from "../support/facts-of.ts";

// Every verdict on this real recording is held. Each test edits the recording, and says how the verdicts must change.
const real = await readRecording(
  fileURLToPath(new URL("../../fixtures/recordings/blue-green.ndjson", import.meta.url)),
);
const change = real.events.find((event) => event.type === "step-started" && event.step === "change");
const changeMs = change?.atMs ?? Number.NaN;

/** The recording with other events. They get new ids, so that an edit can add events. */
const edited = (edit: (events: readonly Event[]) => readonly Event[]): Recording => ({
  ...real,
  events: edit(real.events).map((event, index) => ({ ...event, id: index + 1 })),
});

const outcomes = (recording: Recording): Record<string, string> =>
  Object.fromEntries(verdictsOf(recording).map(({ hypothesis, outcome }) => [hypothesis, outcome]));

const allHeld = outcomes(real);

/** Applies an edit to the first request that was sent more than 1 s after the change began. */
function withRequest(edit: (request: Extract<Event, { type: "request" }>) => Event) {
  return edited((events) => {
    const index = events.findIndex((event) => event.type === "request" && event.sentMs > changeMs + 1_000);
    return events.map((event, at) => (at === index && event.type === "request" ? edit(event) : event));
  });
}

describe("a recording in which all held", () => {
  test("holds as it is, and its plans came true", () => {
    expect(new Set(Object.values(allHeld))).toEqual(new Set(["held"]));
    const rows = comparisonsOf(real).flatMap(({ rows }) => rows);
    expect(rows.filter(({ what, agrees }) => what !== "duration" && !agrees)).toEqual([]);
  });

  test("is refuted by one request that failed", () => {
    const recording = withRequest(({ status: _status, release: _release, correct: _correct, ...request }) => ({
      ...request,
      error: "ECONNRESET",
    }));
    expect(outcomes(recording)).toEqual({ ...allHeld, "no-failures": "refuted" });
  });

  test("is refuted by one answer that is not the model's", () => {
    const recording = withRequest((request) => ({ ...request, correct: false, difference: 0.4 }));
    expect(outcomes(recording)).toMatchObject({ "no-failures": "refuted", "same-answer": "refuted", together: "held" });
  });

  test("is refuted where one of the new pods never came", () => {
    const young = real.events.find((event) => event.type === "pod" && event.release === "v2");
    const recording = edited((events) =>
      events.filter((event) => event.type !== "pod" || young?.type !== "pod" || event.uid !== young.uid),
    );
    expect(outcomes(recording)).toMatchObject({ together: "refuted", "no-failures": "held" });
  });

  test("proves nothing of what a gap in the watch of pods may have hidden", () => {
    const recording = edited((events) => {
      const at = events.findIndex(({ atMs }) => atMs > changeMs + 5_000);
      const { atMs, wallMs } = events[at] ?? { atMs: 0, wallMs: 0 };
      const gap: Event = {
        id: 0,
        atMs,
        wallMs,
        type: "gap",
        source: "pods",
        fromMs: changeMs,
        untilMs: atMs,
        why: "410 Gone",
      };
      return events.toSpliced(at, 0, gap);
    });
    expect(outcomes(recording)).toMatchObject({
      "never-fewer": "inconclusive",
      "no-op": "held",
      "no-failures": "held",
    });
  });

  test("proves nothing of a change that is not in it", () => {
    const recording = edited((events) => events.filter(({ atMs }) => atMs < changeMs));
    expect(outcomes(recording)).toMatchObject({
      "no-op": "held",
      together: "inconclusive",
      "never-fewer": "inconclusive",
      "no-failures": "inconclusive",
    });
  });
});
