import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import type { RequestDone } from "../../../observer/events.ts";
import { timelineData } from "../../../observer/report/chart/data.ts";
import { latencyPeak, peakText } from "../../../observer/report/latency-peak.ts";
import { renderReport } from "../../../observer/report/report.ts";
import { summary } from "../../../observer/report/terminal.ts";
import { oldPod, rolled, stayed } from "../support/pods.ts";
import { rolling } from "../support/scenarios.ts";
import { sceneOf, type Told } from "../support/scene.ts";
import type { Timed } from "../support/synthetic.ts";
import { answer } from "../support/told.ts";

/** Answers that take long, one every 10 ms from `fromMs` on. */
const slow = (fromMs: number, latencies: readonly number[], more: Partial<RequestDone> = {}): Timed[] =>
  latencies.map((latencyMs, index) => {
    const dueMs = fromMs + index * 10;
    return [
      dueMs + latencyMs,
      { type: "request", dueMs, sentMs: dueMs, latencyMs, connection: "kept", ...answer, ...more },
    ];
  });

function peakOf(told: Partial<Told>) {
  const recording = sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), ...told });
  const course = courseOf(recording);
  return latencyPeak(timelineData(recording, course), course);
}

const recordingWithPeak = () =>
  sceneOf({ kind: "image-not-pulled" }, { pods: rolled(), extra: slow(17_300, [300, 480, 350]) });

test("the report says it beside the time line, and the terminal does", () => {
  const { data, page } = renderReport(recordingWithPeak());
  const caption = parseHTML(page).document.querySelector(".timeline figcaption")?.textContent;
  expect(caption).toContain("Latency peaked: p99 480 ms at 17.3 s");
  expect(summary(data)).toMatch(/^peak {6}p99 480 ms at 17\.3 s, in the step "Change to v2", while/m);
  const calm = renderReport(rolling());
  expect(calm.page).not.toContain("Latency peaked");
  expect(summary(calm.data)).not.toContain("peak");
});

describe("a peak of latency", () => {
  test("is told with its time, its step and what pods did meanwhile", () => {
    const peak = peakOf({ extra: slow(17_300, [300, 480, 350]) });
    expect(peak).toMatchObject({ atMs: 17_310, p99Ms: 480, step: "Change to v2", pods: { started: 1, stopped: 1 } });
    expect(peak && peakText(peak)).toMatch(
      /^p99 480 ms at 17\.3 s, in the step "Change to v2", while 1 pod started and 1 stopped; before the first change it was at most \d+ ms\.$/,
    );
  });

  test("is told where no pod moves", () => {
    const peak = peakOf({ extra: slow(30_100, [300, 480, 350]) });
    expect(peak && peakText(peak)).toContain("while no pod came or went;");
  });

  test("names throttled pods", () => {
    const container = (atMs: number, cpuPeriods: number, throttledPeriods: number): Timed => [
      atMs,
      { type: "container", pod: "web-new-a", cpuPeriods, throttledPeriods },
    ];
    const extra = [...slow(30_100, [300, 480, 350]), container(29_000, 100, 0), container(31_000, 120, 15)];
    const peak = peakOf({ extra });
    expect(peak && peakText(peak)).toContain("while 1 pod was throttled;");
  });

  test.each<readonly [string, Partial<Told>]>([
    ["without slow answers", {}],
    ["by one or two slow answers, which may be chance", { extra: slow(17_300, [300, 480]) }],
    ["by slow requests that failed", { extra: slow(17_300, [300, 480, 350], { status: 503, correct: false }) }],
    [
      "that is hardly higher than before",
      { extra: [...slow(5000, [300, 300, 300]), ...slow(17_300, [400, 480, 350])] },
    ],
    ["before the change", { extra: slow(5000, [300, 480, 350]) }],
    ["where nothing was answered before", { load: "none", extra: slow(17_300, [300, 480, 350]) }],
    ["where no pod ever comes or goes", { pods: stayed(), extra: slow(17_300, [300, 480, 350]) }],
    ["where the recording ends before the change", { onlyDeploy: true, pods: [oldPod("web-old-a")] }],
  ])("is not told %s", (_, told) => {
    expect(peakOf(told)).toBeUndefined();
  });

  test("is none in a rollout that nobody felt", () => {
    const recording = rolling();
    const course = courseOf(recording);
    expect(latencyPeak(timelineData(recording, course), course)).toBeUndefined();
  });
});
