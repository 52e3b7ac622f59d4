import { describe, expect, test } from "vitest";
import { userFigures } from "../../../observer/comparison/change.ts";
import { changeOf } from "../support/facts-of.ts";
import { synthesize } from "../support/synthetic.ts";
import type { SyntheticPod } from "../support/synthetic-types.ts";

const old = (name: string, goneMs: number): SyntheticPod => ({
  name,
  release: "v1",
  createdMs: -4_000,
  runs: [{ startedMs: -3_000, readyMs: -1_000 }],
  deletionMs: goneMs - 1_000,
  goneMs,
});
const young = (name: string, readyMs: number): SyntheticPod => ({
  name,
  release: "v2",
  createdMs: readyMs - 2_000,
  runs: [{ startedMs: readyMs - 1_500, readyMs }],
});

const steps = [
  { id: "deploy", title: "up v1", releases: ["v1"], fromMs: 0, operationMs: 900, untilMs: 2_000 },
  { id: "change", title: "up v2", releases: ["v1", "v2"], fromMs: 4_000, operationMs: 8_000, untilMs: 14_000 },
];
const recording = (pods: readonly SyntheticPod[], more: object = {}) =>
  synthesize({
    experiment: "blue-green",
    title: "t",
    question: "q",
    ratePerSecond: 50,
    steps,
    pods,
    load: { fromMs: 1_000, untilMs: 15_000 },
    ...more,
  });

describe("a change of release", () => {
  test("that brings all new pods before the old ones go", () => {
    const change = changeOf(recording([old("a", 10_000), old("b", 11_000), young("c", 7_000), young("d", 8_000)]));
    expect(change).toMatchObject({
      experiment: "blue-green",
      durationMs: 8_000,
      fewestReady: 2,
      failed: 0,
      requests: 500,
    });
    // One pod more from 5 s on, two from 6 s on. The old pods count until they terminate, at 9 s and 10 s.
    expect(change?.extraPodSeconds).toBeCloseTo(1 + 2 * 3 + 1, 1);
    expect(change?.mixedMs).toBeGreaterThan(2_500);
    expect(change?.mixedMs).toBeLessThan(3_500);
    expect(change?.p99Ms).toBeGreaterThan(2);
    expect(change?.newP50Ms).toBeGreaterThan(0);
    expect(change?.newP50Ms).toBeLessThan(change?.p99Ms ?? 0);
  });

  test("that only began is none, although its first step succeeded", () => {
    const [deploy, change] = steps;
    const pods = [old("a", 10_000), old("b", 11_000), young("c", 7_000), young("d", 8_000)];
    const begun = (outcome: "succeeded" | "failed") => [
      ...(deploy ? [deploy] : []),
      { id: "begin", title: "begin", releases: ["v1", "v2"], fromMs: 2_500, operationMs: 900, untilMs: 3_900 },
      ...(change ? [{ ...change, outcome }] : []),
    ];
    expect(changeOf(recording(pods, { steps: begun("failed") }))).toBeUndefined();
    expect(changeOf(recording(pods, { steps: begun("succeeded") }))?.durationMs).toBe(9_500);
  });

  test("lasts until the last new pod is Ready, though Pulumi takes it for done before", () => {
    const [deploy, change] = steps;
    const early = [...(deploy ? [deploy] : []), ...(change ? [{ ...change, operationMs: 500 }] : [])];
    const found = changeOf(recording([old("a", 6_000), old("b", 6_000), young("c", 9_000)], { steps: early }));
    expect(found?.durationMs).toBeCloseTo(5_000, -2);
    expect(found?.fewestReady).toBe(0);
  });

  test("that leaves users alone for a while", () => {
    const change = changeOf(recording([old("a", 6_000), young("b", 9_000)]));
    expect(change).toMatchObject({ fewestReady: 0, mixedMs: 0 });
    expect(change?.failed).toBeGreaterThan(150);
  });

  test("that never happened, or was broken off, is not compared", () => {
    expect(changeOf(recording([old("a", 6_000)], { steps: steps.slice(0, 1) }))).toBeUndefined();
    const failed = steps.map((step) => ({ ...step, outcome: "failed" as const }));
    expect(changeOf(recording([old("a", 6_000)], { steps: failed }))).toBeUndefined();
  });
});

test("latency is that of answers with success: of all of them, and the median of the new release's", () => {
  const answer = (release: string, latencyMs: number, failed = false) => ({ release, latencyMs, failed });
  const answers = [answer("v1", 3), answer("v2", 4), answer("v2", 6), answer("v2", 5), answer("v2", 900, true)];
  expect(userFigures(answers, "v2")).toEqual({ failed: 1, requests: 5, newP50Ms: 5, p99Ms: 6 });
  expect(userFigures(answers.slice(-1), "v2")).toEqual({ failed: 1, requests: 1 });
});
