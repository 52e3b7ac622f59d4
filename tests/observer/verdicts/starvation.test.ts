import { describe, expect, it } from "vitest";
import type { MachineMeasured } from "../../../observer/events.ts";
import { starvedWords, surroundingsIn } from "../../../observer/verdicts/starvation.ts";
import { verdictsOf } from "../support/facts-of.ts";
import { oldPod, rolled, stayed } from "../support/pods.ts";
import { type Claim, sceneOf } from "../support/scene.ts";
import type { Timed } from "../support/synthetic.ts";
import { machine, machines, nodes } from "../support/told.ts";

const span = { fromMs: 12_000, untilMs: 36_000 };
const claim: Claim = { kind: "no-failed-requests", step: "change" };
const around = (extra: ReturnType<typeof machines>) => surroundingsIn(sceneOf(claim, { pods: rolled(), extra }), span);
const wordsOf = (others: number | undefined, more: Partial<MachineMeasured> = {}) => {
  const surroundings = around(machines(others, more));
  return surroundings && starvedWords(surroundings);
};

describe("what others take of a machine", () => {
  it("is the mean of the samples by their length", () => {
    expect(around([machine(14_000, 1.8), machine(16_000, 1)])?.others?.share).toBeCloseTo(0.7);
    expect(
      around([machine(14_000, 2, { overMs: 1000 }), machine(18_000, 0, { overMs: 3000 })])?.others?.share,
    ).toBeCloseTo(0.25);
  });

  it("counts samples that lie in the span for the most part, and no others", () => {
    expect(around([machine(12_900, 2)])).toBeUndefined();
    expect(around([machine(13_100, 2)])?.samples).toHaveLength(1);
    expect(around([machine(37_100, 2)])).toBeUndefined();
  });

  it("starves an observation from 60 % of the CPU on", () => {
    expect(wordsOf(1.18)).toBeUndefined();
    expect(wordsOf(1.22)).toBe("61 % of this machine's CPU was taken by others");
  });

  it("starves nobody where cores are idle, however much it is", () => {
    expect(wordsOf(1.3, { busyCores: 1.4 })).toBeUndefined();
    expect(wordsOf(1.4, { busyCores: 1.4 })).toBeUndefined();
    expect(wordsOf(1.4, { busyCores: 1.96 })).toBe("70 % of this machine's CPU was taken by others");
  });

  it("is told by lateness where the node's processes cannot be seen", () => {
    expect(wordsOf(undefined)).toBeUndefined();
    expect(wordsOf(undefined, { timersLateMs: 400, apiServerMs: 1500 })).toBe(
      "the observer's timers were late by 0.4 s and the API server took 1.5 s to answer (median of 12 samples)",
    );
  });
});

describe("what others take of a node", () => {
  it("is told of the worst one, where this machine does not show its processes", () => {
    const words = (...extra: readonly Timed[]) => {
      const surroundings = around([...machines(undefined), ...extra]);
      return surroundings && starvedWords(surroundings);
    };
    expect(words(...nodes("one", 1.1))).toBeUndefined();
    expect(words(...nodes("one", 1.1), ...nodes("two", 1.5))).toBe("75 % of node two's CPU was taken by others");
  });

  it("is told of the worst one that has nothing to spare", () => {
    const starvedOf = (...extra: readonly Timed[]) => {
      const surroundings = around([...machines(undefined), ...extra]);
      return surroundings && starvedWords(surroundings);
    };
    expect(starvedOf(...nodes("idle", 1.3, 1.4))).toBeUndefined();
    expect(starvedOf(...nodes("idle", 1.5, 1.6), ...nodes("full", 1.3))).toBe(
      "65 % of node full's CPU was taken by others",
    );
  });

  it("is told beside lateness of this machine, of which the node says nothing", () => {
    const surroundings = around([...machines(undefined, { timersLateMs: 400 }), ...nodes("one", 1.5)]);
    expect(surroundings && starvedWords(surroundings)).toBe(
      "75 % of node one's CPU was taken by others, and the observer's timers were late by 0.4 s (median of 12 samples)",
    );
  });

  it("does not count where this machine shows its processes", () => {
    const surroundings = around([...machines(0.2), ...nodes("one", 1.9)]);
    expect(surroundings && starvedWords(surroundings)).toBeUndefined();
  });
});

describe("a starved machine", () => {
  const extra = machines(1.76);
  const decided = (one: Claim, more = {}) => verdictsOf(sceneOf(one, { pods: rolled(), extra, ...more }))[0];

  it.each([
    ["nothing-changes", { kind: "nothing-changes", step: "change" }],
    ["pods-at-most", { kind: "pods-at-most", step: "change", pods: 2 }],
    ["ready-at-least", { kind: "ready-at-least", step: "change", pods: 4 }],
    ["never-both-ready", { kind: "never-both-ready", step: "change" }],
  ] as const)("leaves %s inconclusive, whatever was found", (_, one) => {
    const verdict = decided(one);
    expect(verdict).toMatchObject({ outcome: "inconclusive" });
    expect(verdict?.sentence).toContain(", but 88 % of this machine's CPU was taken by others");
    expect(verdict?.evidence.length).toBeGreaterThan(1);
  });

  it("is no doubt for what was answered", () => {
    expect(decided({ kind: "answers-equal-model", maxAbsoluteDifference: 1e-6 })).toMatchObject({ outcome: "held" });
  });

  it("is no doubt where others take most of it and some is left", () => {
    expect(decided(claim, { extra: machines(1.3, { busyCores: 1.4 }) })).toMatchObject({ outcome: "held" });
    expect(decided(claim, { extra: machines(1.4, { busyCores: 1.98 }) })).toMatchObject({ outcome: "inconclusive" });
  });

  it("is no doubt where only another step was starved", () => {
    expect(decided(claim, { extra: [machine(9000, 1.9)] })).toMatchObject({ outcome: "held" });
  });

  it("says what the control lost too", () => {
    const flickering = { ...oldPod("web-old-c"), unready: [[6000, 8000]] as const };
    const ready: Claim = { kind: "ready-at-least", step: "change", pods: 4 };
    const pods = [...stayed(), { ...flickering, createdMs: -2000, runs: [{ startedMs: -1500, readyMs: -1000 }] }];
    const first = pods.map((pod) => ({ ...pod, createdMs: -2000, runs: [{ startedMs: -1500, readyMs: -1000 }] }));
    expect(decided(ready, { pods: first, control: "deploy" })?.sentence).toContain(
      "88 % of this machine's CPU was taken by others; the control lost 1 of 3 Ready pods too",
    );
  });
});
