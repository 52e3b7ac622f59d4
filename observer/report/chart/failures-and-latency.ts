import { areaY, axisY, gridY, lineY, rectY, ruleY, text } from "@observablehq/plot";
import { LEAST_MS, logAxis, wholeTicks } from "./axes.ts";
import type { CauseSpan } from "./cause-spans.ts";
import type { TimelineData } from "./data.ts";
import { drawPanel, type Frame } from "./panel.ts";
import { ALARM, GRID, INK, TICKS } from "./style.ts";
import type { Drawn } from "./svg.ts";

/** Height of the panel of failed requests, in pixels: with room for marks above the values where there are any. */
export const failuresHeight = ({ requests, causes }: TimelineData): number =>
  requests.failed === 0 ? 30 : causes.length === 0 ? 58 : 58 + MARKS;

/** Height of the marks of causes above the values, in pixels. */
const MARKS = 14;

/** The panel of failed requests per second, with the letters of their causes. Without any it says how many were sent. */
export function drawFailures(frame: Frame, height: number, data: TimelineData): Drawn {
  const failing = data.bins
    .filter(({ failed }) => failed > 0)
    .map((bin) => ({ ...bin, rate: (bin.failed * 1000) / (bin.untilMs - bin.fromMs) }));
  const most = Math.max(1, ...failing.map(({ rate }) => rate));
  const ticks = wholeTicks(most);
  const { sent, failed } = data.requests;
  const none = sent === 0 ? "no request was sent" : `none of ${sent.toLocaleString("en")}`;
  return drawPanel(frame, {
    height,
    ...(failed > 0 && data.causes.length > 0 ? { marginTop: MARKS + 4 } : {}),
    x: { domain: [0, data.untilMs], axis: null },
    y: { domain: [0, most], axis: null },
    marks: [
      ...(failed > 0
        ? [gridY(ticks, { stroke: GRID, strokeOpacity: 1 }), axisY(ticks, { ...TICKS, tickFormat: "d" })]
        : [text([none], { frameAnchor: "left", dx: 6, fontSize: 10 })]),
      rectY(failing, { x1: "fromMs", x2: "untilMs", y1: 0, y2: "rate", fill: ALARM, shapeRendering: "crispEdges" }),
      ...(failed > 0 ? causeMarks(data, most) : []),
      ruleY([0], { stroke: INK }),
    ],
  });
}

/** A line over the time of each cause, and its letter. */
const causeMarks = ({ causes, untilMs }: TimelineData, most: number) => [
  ruleY(causes, {
    x1: "fromMs",
    // A single request still makes a line that can be seen.
    x2: ({ fromMs, untilMs: lastMs }: CauseSpan) => Math.max(lastMs, fromMs + untilMs / 400),
    y: most,
    dy: -3,
    stroke: INK,
    strokeWidth: 2,
  }),
  text(causes, {
    x: ({ fromMs, untilMs: lastMs }: CauseSpan) => (fromMs + lastMs) / 2,
    y: most,
    dy: -9,
    text: "letter",
    title: ({ title, count }: CauseSpan) => `${count}: ${title}`,
    fontSize: 9.5,
    fontWeight: "bold",
  }),
];

/** The panel of latencies: p50 and p99 of each bin on a logarithmic axis, with the area between them filled. */
export function drawLatency(frame: Frame, height: number, data: TimelineData): Drawn {
  const points = data.bins.map(({ fromMs, untilMs, p50Ms, p99Ms }) => ({
    atMs: (fromMs + untilMs) / 2,
    // Plot breaks the line at NaN: no answer came in this bin.
    p50Ms: p50Ms === undefined ? Number.NaN : Math.max(p50Ms, LEAST_MS),
    p99Ms: p99Ms === undefined ? Number.NaN : Math.max(p99Ms, LEAST_MS),
  }));
  const measured = points.filter(({ p50Ms }) => !Number.isNaN(p50Ms));
  const { domain, ticks } = logAxis(
    Math.min(1, ...measured.map(({ p50Ms }) => p50Ms)),
    Math.max(10, ...measured.map(({ p99Ms }) => p99Ms)),
  );
  return drawPanel(frame, {
    height,
    x: { domain: [0, data.untilMs], axis: null },
    y: { type: "log", domain, axis: null },
    marks: [
      gridY(ticks, { stroke: GRID, strokeOpacity: 1 }),
      axisY(ticks, { ...TICKS, text: (tick: number) => tick.toLocaleString("en") }),
      areaY(points, { x: "atMs", y1: "p50Ms", y2: "p99Ms", fill: "#d4d4d4" }),
      lineY(points, { x: "atMs", y: "p99Ms", stroke: INK, strokeWidth: 1.1, strokeDasharray: "4,2" }),
      lineY(points, { x: "atMs", y: "p50Ms", stroke: INK, strokeWidth: 1.7 }),
    ],
  });
}
