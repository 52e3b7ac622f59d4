import { describe, expect, it } from "vitest";
import { verdictsOf } from "../support/facts-of.ts";
import { newPod, oldPod, rolled } from "../support/pods.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { sceneOf } from "../support/scene.ts";

const recorded = await fixtures();

describe("a verdict", () => {
  it("names the events that made and ended what it saw", () => {
    const claim = { kind: "all-ready-together", step: "change", old: 1, new: 1 } as const;
    const pods = [oldPod("web-old-a", { deletionMs: 18_000, goneMs: 20_000 }), newPod("web-new-a", 13_000, 16_000)];
    const recording = sceneOf(claim, { pods });
    const [verdict] = verdictsOf(recording);
    const shown = recording.events.filter(({ id }) => verdict?.evidence.includes(id));
    expect(shown.map((event) => [event.type, event.atMs, event.type === "pod" && event.name])).toEqual([
      ["pod", 16_000, "web-new-a"],
      ["pod", 18_000, "web-old-a"],
    ]);
  });

  it.each(recorded)("decides the recording $name as it is written beside it", ({ recording, expected }) => {
    expect(verdictsOf(recording).map(({ hypothesis, outcome }) => ({ hypothesis, outcome }))).toEqual(expected);
  });
});

describe("hypotheses read from a recording", () => {
  const recording = sceneOf({ kind: "ready-at-least", step: "change", pods: 2 }, { pods: rolled() });
  const withHypothesis = (hypothesis: Record<string, unknown>) => ({
    ...recording,
    header: { ...recording.header, hypotheses: [{ id: "h0", claim: "It is so.", kind: "", ...hypothesis }] },
  });

  it("refuses a kind that it does not know, and says which it knows", () => {
    expect(() => verdictsOf(withHypothesis({ kind: "pods-fly" }))).toThrow(
      /hypothesis h0 of the recording of rolling: unknown kind "pods-fly", known are pods-ready, .*report it by the version/,
    );
  });

  it.each([
    ["a parameter is missing", { kind: "traffic-share", step: "change", release: "v2", share: 0.5 }],
    ["a parameter is of another type", { kind: "ready-at-least", step: "change", pods: "six" }],
    ["a share is out of range", { kind: "throttled", step: "change", share: 50 }],
    ["a list is none", { kind: "crash-restarted", step: "change", times: 1, backOffMs: 10 }],
  ])("refuses a hypothesis where %s", (_, hypothesis) => {
    expect(() => verdictsOf(withHypothesis(hypothesis))).toThrow(/hypothesis h0 of the recording of rolling: .*got \{/);
  });

  it("takes a parameter that a newer version added", () => {
    const [verdict] = verdictsOf(withHypothesis({ kind: "ready-at-least", step: "change", pods: 2, fromNow: true }));
    expect(verdict?.outcome).toBe("held");
  });
});
