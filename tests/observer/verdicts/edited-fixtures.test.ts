import { describe, expect, test } from "vitest";
import type { Event, Recording } from "../../../observer/events.ts";
import { verdictsOf } from "../support/facts-of.ts";
import { fixtures } from "../support/recording-fixtures.ts";

// Each test edits a real recording, and says how the verdict must change.
const recorded = new Map((await fixtures()).map(({ name, recording }) => [name, recording]));

type Edit = (event: Event, step: string | undefined) => Event | undefined;

/**
 * The recording with each event edited, or dropped where `edit` gives undefined. `edit` also gets the step in which the event
 * was recorded.
 */
function edited(recording: Recording, edit: Edit): Recording {
  let step: string | undefined;
  const events = recording.events.flatMap((event) => {
    if (event.type === "step-started") step = event.step;
    return edit(event, step) ?? [];
  });
  return { ...recording, events };
}

/** An edit that replaces a text everywhere in the events of a type. */
const reworded =
  (type: Event["type"], was: string, is: string): Edit =>
  (event) =>
    event.type === type ? (JSON.parse(JSON.stringify(event).replaceAll(was, is)) as Event) : event;

const answeredAll: Edit = (event) =>
  event.type === "request" && event.status !== 200 ? { ...event, status: 200, correct: true } : event;
const failedIn =
  (failing: string): Edit =>
  (event, step) => {
    if (event.type !== "request" || step !== failing) return event;
    // No answer of such a status is compared with the model's.
    const { correct: _, ...refused } = { ...event, status: 503 };
    return refused;
  };
const never =
  (type: Event["type"], reason: string): Edit =>
  (event) =>
    event.type === type && JSON.stringify(event).includes(reason) ? undefined : event;
const quick: Edit = (event, step) => (event.type === "request" && step === "burn" ? { ...event, latencyMs: 1 } : event);
const unthrottled: Edit = (event) => (event.type === "container" ? { ...event, throttledPeriods: 0 } : event);
/** Drops the deletion of old pods, so that they keep their last state. */
const stayed: Edit = (event) =>
  event.type === "pod" && (event.change === "deleted" || event.deletionAtMs !== undefined) ? undefined : event;
const lost: Edit = (event) => (event.type === "pod" && event.release === "v2" ? undefined : event);

describe("a real recording that tells another story", () => {
  test.each<[string, string, string, string, Edit]>([
    [
      "pod",
      "local-image",
      "refuted",
      "the image was pulled",
      reworded("kubernetes-event", "already present", "pulled"),
    ],
    ["pod", "ready", "refuted", "the pod was never Ready", reworded("pod", '"ready":true', '"ready":false')],
    ["pod", "same-answer", "refuted", "answers are off", reworded("request", '"correct":true', '"correct":false')],
    ["pod", "outage", "refuted", "no request failed", answeredAll],
    ["resources", "burstable", "refuted", "another class", reworded("pod", "Burstable", "BestEffort")],
    ["resources", "memory", "refuted", "it was not for memory", reworded("pod", "OOMKilled", "Error")],
    ["resources", "cpu", "refuted", "nothing was throttled", unthrottled],
    ["resources", "cpu-latency", "refuted", "answers came quickly", quick],
    ["probes", "unready", "refuted", "it stayed Ready", reworded("pod", '"ready":false', '"ready":true')],
    ["probes", "hang", "refuted", "no probe had it killed", never("kubernetes-event", "Killing")],
    ["replicaset", "fewer", "refuted", "all run v2", reworded("pod", '"release":"v1"', '"release":"v2"')],
    ["replicaset", "delete", "refuted", "all run v1", reworded("pod", '"release":"v2"', '"release":"v1"')],
    ["replicaset", "more", "refuted", "all run v2", reworded("pod", '"release":"v1"', '"release":"v2"')],
    ["blue-green", "together", "refuted", "no new pod came", lost],
    ["rolling", "at-once", "refuted", "no new pod came", lost],
    ["rolling", "stopped", "refuted", "it was no failure", reworded("step-ended", '"failed"', '"succeeded"')],
    ["rolling", "unharmed", "refuted", "users were refused", failedIn("broken")],
    ["recreate", "outage", "refuted", "no request failed", answeredAll],
    ["recreate", "apart", "refuted", "old pods never went", stayed],
    ["helm", "rolls", "refuted", "the old pods never went", stayed],
    ["helm", "unnoticed", "refuted", "users were refused", failedIn("configure")],
    ["switch", "ready-first", "refuted", "no new pod was Ready", lost],
    ["switch", "no-failures", "refuted", "users were refused", failedIn("change")],
  ])("%s: %s is %s where %s", (name, hypothesis, outcome, _story, edit) => {
    const recording = recorded.get(name) as Recording;
    const verdictOf = (of: Recording) => verdictsOf(of).find((verdict) => verdict.hypothesis === hypothesis);
    expect(verdictOf(recording)?.outcome).toBe("held");
    const verdict = verdictOf(edited(recording, edit));
    expect(verdict?.outcome, verdict?.sentence).toBe(outcome);
  });
});
