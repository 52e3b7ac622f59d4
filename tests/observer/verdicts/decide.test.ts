import { describe, expect, it } from "vitest";
import { KIND_NAMES } from "../../../observer/verdicts/hypotheses/index.ts";
import { OUTCOME_WORDS } from "../../../observer/verdicts/outcome.ts";
import { verdictsOf } from "../support/facts-of.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { clusterCases } from "./cases/cluster.ts";
import { containerCases } from "./cases/containers.ts";
import { countCases } from "./cases/counts.ts";
import { podCases } from "./cases/pods.ts";
import { requestCases } from "./cases/requests.ts";
import { newPod, oldPod, rolled, sceneOf } from "./cases/scene.ts";

const cases = [...requestCases, ...countCases, ...containerCases, ...clusterCases, ...podCases];
const recorded = await fixtures();

describe("a hypothesis against a recording", () => {
  it.each(cases)("$claim.kind: $name: $outcome", ({ recording, outcome, says }) => {
    const [verdict] = verdictsOf(recording);
    expect(verdict, verdict?.sentence).toMatchObject({ hypothesis: "h0", claim: "It is so.", outcome });
    expect(verdict?.sentence).toMatch(/^[\dA-Z].*\.$/);
    if (says) expect(verdict?.sentence).toContain(says);
    const ids = new Set(recording.events.map(({ id }) => id));
    expect(verdict?.evidence.every((id) => ids.has(id))).toBe(true);
    if (outcome !== "inconclusive") expect(verdict?.evidence).not.toEqual([]);
  });

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

  it("has for each kind a recording that holds, one that refutes it and one that cannot tell", () => {
    const covered = new Set([
      ...cases.map(({ claim, outcome }) => `${claim.kind} ${outcome}`),
      ...recorded.flatMap(({ recording, expected }) =>
        expected.map(
          ({ hypothesis, outcome }) =>
            `${recording.header.hypotheses.find(({ id }) => id === hypothesis)?.kind} ${outcome}`,
        ),
      ),
    ]);
    const wanted = KIND_NAMES.flatMap((kind) => OUTCOME_WORDS.map((outcome) => `${kind} ${outcome}`));
    expect(wanted.filter((one) => !covered.has(one))).toEqual([]);
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
    ["a parameter is missing", { kind: "ready-at-least", step: "change" }],
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
