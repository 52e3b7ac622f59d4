import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { courseOf } from "../../../observer/course/course.ts";
import { latencyRows } from "../../../observer/course/latency.ts";
import type { Recording } from "../../../observer/events.ts";
import { logAxis, wholeTicks } from "../../../observer/report/chart/axes.ts";
import { timelineData } from "../../../observer/report/chart/data.ts";
import { latencySvg } from "../../../observer/report/chart/latency-by-release.ts";
import { placeSteps } from "../../../observer/report/chart/step-bands.ts";
import { timelineSvg } from "../../../observer/report/chart/timeline.ts";
import { pngOf } from "../../../observer/report/png.ts";
import { HOSTILE, hostile } from "../support/hostile.ts";
import { fixtures } from "../support/recording-fixtures.ts";
import { blueGreen, crashLoop, empty, interrupted, long, outage, rolling } from "../support/scenarios.ts";

const draw = (recording: Recording): string => timelineSvg(recording, courseOf(recording));
const parse = (svg: string) => parseHTML(`<!doctype html><body>${svg}</body>`).document;
const texts = (svg: string): string[] =>
  [...parse(svg).querySelectorAll("text")].map(({ textContent }) => textContent ?? "");

describe("the time line", () => {
  test("has one lane per pod, named by release and by what tells it apart", () => {
    const lanes = texts(draw(rolling())).filter((text) => /^v[12] {2}/.test(text));
    expect(lanes).toHaveLength(12);
    expect(lanes).toContain("v1  6c8f5d9b77-x2x9k");
    expect(lanes).toContain("v2  7b4d6f8c9-x2x9k");
  });

  test("keeps pods of one name apart", () => {
    expect(texts(draw(outage())).filter((text) => text.endsWith("online-inference"))).toEqual([
      "v1  online-inference",
      "v2  online-inference",
    ]);
  });

  test("tells every state of a pod with its times", () => {
    const titles = [...parse(draw(crashLoop())).querySelectorAll("rect > title")].map(({ textContent }) => textContent);
    for (const state of ["pending", "starting", "ready", "unready", "crashed"])
      expect(titles.some((title) => title?.includes(`: ${state} from `))).toBe(true);
    expect(titles).toContain("online-inference-5d5f9c4b68-b7qpd (v1): unready from 33.0 to 45.0 s");
  });

  test("marks OOM kills, other ends, restarts and throttling", () => {
    const svg = draw(crashLoop());
    expect(texts(svg).filter((text) => text === "OOM")).toHaveLength(2);
    expect(texts(svg)).toContain("exit 1");
    const titles = [...parse(svg).querySelectorAll("path > title, rect > title")].map(({ textContent }) => textContent);
    expect(titles.filter((title) => title?.startsWith("restart "))).toEqual(["restart 1", "restart 2", "restart 3"]);
    expect(titles).toContain("throttled in 80 % of its CPU periods");
  });

  test("hatches gaps over what was not seen, and says why", () => {
    const gaps = [...parse(draw(crashLoop())).querySelectorAll("[aria-label=gaps] title")];
    expect(gaps.map(({ textContent }) => textContent)).toEqual([
      "not seen: load (the sender was held up for 1.5 s)",
      "not seen: pods (410 Gone: too old resource version)",
    ]);
    expect(draw(rolling())).not.toContain("not seen");
  });

  test("refers only to patterns that it defines, all under the chart's own name", () => {
    for (const recording of [rolling(), crashLoop(), empty()]) {
      const svg = timelineSvg(recording, courseOf(recording), undefined, "mine");
      const defined = [...parse(svg).querySelectorAll("pattern")].map(({ id }) => id);
      const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
      expect(defined).toEqual(expect.arrayContaining(used));
      expect(defined.every((id) => id.startsWith("mine-"))).toBe(true);
    }
  });

  test("is small however many requests there were", () => {
    const recording = long();
    expect(recording.events.filter(({ type }) => type === "request").length).toBeGreaterThan(29_000);
    expect(draw(recording).length).toBeLessThan(300_000);
  });

  test("is the same for the same recording", () => {
    expect(draw(crashLoop())).toBe(draw(crashLoop()));
  });

  test("says that nothing was seen or sent", () => {
    expect(texts(draw(empty()))).toEqual(expect.arrayContaining(["no pod was seen", "no request was sent"]));
    expect(texts(draw(interrupted()))).toEqual(
      expect.arrayContaining(["no request was sent", "1 up v1 (interrupted)", "v1  …ce-6c8f5d9b77-x2x9k"]),
    );
    expect(texts(draw(rolling()))).toContain("none of 3,300");
  });

  test("escapes what others named", () => {
    const document = parse(draw(hostile()));
    expect(document.querySelectorAll("script, img, image, foreignObject")).toHaveLength(0);
    expect(document.querySelector("svg > title")?.textContent).toBe(HOSTILE);
  });

  test("becomes a PNG of the width that was asked for", () => {
    const png = pngOf(draw(blueGreen()), 640);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(640);
  });
});

describe("labels of steps", () => {
  const frame = { width: 1120, left: 168, right: 16 };
  /** Labels of one length, whose steps begin at these seconds of 100. */
  const placed = (title: string, seconds: readonly number[]) => {
    const recording = crashLoop();
    const { steps: all, ...data } = timelineData(recording, courseOf(recording));
    const steps = seconds.flatMap((second) =>
      all.slice(0, 1).map((step) => ({ ...step, title, fromMs: second * 1000 })),
    );
    return placeSteps(frame, { ...data, steps, untilMs: 100_000 });
  };

  test.each([
    ["far apart", "Change", [0, 30, 60], [0, 0, 0]],
    ["over the next lines", "Change to the release v2", [0, 5, 10, 60], [0, 1, 2, 0]],
    ["near the right edge", "Change to the release v2", [40, 90, 95], [0, 1, 0]],
    ["near the right edge, over its line", "Change to the release v2", [70, 85, 95], [2, 1, 0]],
    ["at one place", "Change", [50, 50], [0, 1]],
  ])("%s stand in their rows", (_, title, seconds, rows) => {
    expect(placed(title, seconds).map(({ row }) => row)).toEqual(rows);
  });

  test("never touch, are struck by no line, and stay within the drawing", async () => {
    const recordings = [crashLoop(), rolling(), ...(await fixtures()).map(({ recording }) => recording)];
    const all = recordings.map((recording) => placeSteps(frame, timelineData(recording, courseOf(recording))));
    for (const labels of [
      ...all,
      ...LENGTHS.map((length) => placed("x".repeat(length), [0, 7, 8, 20, 47, 70, 86, 99])),
    ]) {
      for (const [index, one] of labels.entries()) {
        expect(one.until).toBeLessThanOrEqual(frame.width);
        for (const other of labels.toSpliced(index, 1)) {
          const touches = one.row === other.row && one.from < other.until && other.from < one.until;
          const strikes = other.row < one.row && one.from < other.x && other.x < one.until;
          expect({ one: one.label, other: other.label, touches, strikes }).toMatchObject({
            touches: false,
            strikes: false,
          });
        }
      }
    }
    expect(new Set(all.flatMap((labels) => labels.map(({ row }) => row))).size).toBeGreaterThan(2);
  });
});

/** Of titles, in letters. */
const LENGTHS = [3, 12, 24, 30];

describe("what is drawn of the load", () => {
  test("is every request, once", () => {
    const recording = outage();
    const { bins, requests } = timelineData(recording, courseOf(recording));
    const good = bins.flatMap((bin) => [...bin.good.values()]).reduce((sum, count) => sum + count, 0);
    const failed = bins.reduce((sum, bin) => sum + bin.failed, 0);
    expect({ good, failed }).toEqual({ good: requests.sent - requests.failed, failed: requests.failed });
    expect(failed).toBeGreaterThan(800);
  });

  test("has no latency where nothing was answered", () => {
    const recording = outage();
    const { bins } = timelineData(recording, courseOf(recording));
    const silent = bins.filter(({ fromMs, untilMs }) => fromMs >= 13_000 && untilMs <= 21_000);
    expect(silent.length).toBeGreaterThan(10);
    expect(silent.every(({ p50Ms, p99Ms, failed }) => p50Ms === undefined && p99Ms === undefined && failed > 0)).toBe(
      true,
    );
  });

  test("shows at every instant as many pods behind the Service as the endpoints held", () => {
    const recording = blueGreen();
    const { serving } = timelineData(recording, courseOf(recording));
    const at = (atMs: number) => serving.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)?.values;
    expect(at(5000)).toEqual(new Map([["v1", 6]]));
    expect(at(20_000)).toEqual(
      new Map([
        ["v1", 6],
        ["v2", 6],
      ]),
    );
    expect(at(30_000)).toEqual(new Map([["v2", 6]]));
  });
});

describe("axes", () => {
  test("count in whole numbers, five ticks at most", () => {
    expect(wholeTicks(1)).toEqual([0, 1]);
    expect(wholeTicks(6)).toEqual([0, 2, 4, 6]);
    expect(wholeTicks(100)).toEqual([0, 50, 100]);
    for (let most = 1; most < 300; most += 1) expect(wholeTicks(most).length).toBeLessThanOrEqual(5);
  });

  test("of latencies reach beyond the least and the most", () => {
    expect(logAxis(2.2, 26)).toEqual({ domain: [1, 30], ticks: [1, 3, 10, 30] });
    expect(logAxis(0.4, 9000)).toEqual({ domain: [0.3, 10_000], ticks: [1, 10, 100, 1000, 10_000] });
  });
});

describe("latency by release", () => {
  test("has a line for each release and kind of connection", () => {
    const svg = latencySvg(latencyRows(courseOf(rolling()).requests)) ?? "";
    for (const label of ["v1, both", "v1, fresh", "v1, kept", "v2, both", "v2, fresh", "v2, kept"])
      expect(texts(svg)).toContain(label);
  });

  test("is not drawn where nothing was answered", () => {
    expect(latencySvg(latencyRows(courseOf(interrupted()).requests))).toBeUndefined();
  });
});
