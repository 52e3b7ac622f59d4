import { axisX } from "@observablehq/plot";
import type { Causes } from "../../causes/causes-of.ts";
import type { Course, GapSeen } from "../../course/course.ts";
import { firstChange } from "../../course/queries.ts";
import type { Recording } from "../../events.ts";
import { count, figure } from "../../words.ts";
import { placeMs } from "./axes.ts";
import { drawnUntilMs, type TimelineData, timelineData } from "./data.ts";
import { drawRate, drawServing } from "./endpoints-and-rate.ts";
import { drawFailures, drawLatency, failuresHeight } from "./failures-and-latency.ts";
import { drawLegend } from "./legend.ts";
import { drawPanel, type Frame } from "./panel.ts";
import { drawLanes, lanesHeight } from "./pod-lanes.ts";
import { drawSteps, headerHeight, placeSteps } from "./step-bands.ts";
import { FAINT, FONT_FAMILY, INK, patterns } from "./style.ts";
import { type Drawn, svgElement } from "./svg.ts";

const FRAME: Frame = { width: 1120, left: 168, right: 16 };
const SPACE = 8;

type Panel = { readonly title: string; readonly unit: string; readonly height: number; readonly drawn: Drawn };

/**
 * Draws a recording as a standalone SVG: panels for pods, endpoints, good answers, failed requests and latency over one time
 * axis. `course` is the course of this recording, `causes` are those of its failures, if they are to be marked; ids of patterns
 * begin with `chart`.
 */
export function timelineSvg(recording: Recording, course: Course, causes?: Causes, chart = "timeline"): string {
  const data = timelineData(recording, course, causes);
  const steps = placeSteps(FRAME, data);
  const top = headerHeight(steps);
  const { placed, bottom } = stack(panelsOf(chart, data), top);
  const axis = drawPanel(FRAME, {
    height: 36,
    marginTop: 0,
    marginBottom: 34,
    x: { domain: [0, data.untilMs / 1000] },
    marks: [
      axisX({
        label: "seconds since the recording began",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: 12,
        fontSize: 10,
      }),
    ],
  });
  axis.setAttribute("y", String(bottom));
  const legend = drawLegend(chart, FRAME, data);
  legend.drawn.setAttribute("transform", `translate(0,${bottom + 42})`);
  const height = bottom + 42 + legend.height;
  const root = svgElement(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: FRAME.width,
      height,
      viewBox: `0 0 ${FRAME.width} ${height}`,
      role: "img",
      "aria-label": description(data),
      "font-family": FONT_FAMILY,
    },
    svgElement("title", {}, data.title),
    patterns(chart, data.releases),
    svgElement("rect", { width: FRAME.width, height, fill: "#ffffff" }),
    ...placed.flatMap(({ panel, y }) => [panel.drawn, ...panelTitle(panel, y)]),
    drawGaps(chart, FRAME, data, (source) => reach(source, placed)),
    drawSteps(FRAME, data, steps, bottom),
    axis,
    legend.drawn,
  );
  return root.outerHTML;
}

/** Where the first change begins on the time line, as a share (0..1) of the drawing's width. Undefined where there is none. */
export function changeAt(course: Course): number | undefined {
  const change = firstChange(course);
  return change && placeMs(FRAME, drawnUntilMs(course), change.fromMs) / FRAME.width;
}

function panelsOf(chart: string, data: TimelineData): Panel[] {
  return [
    { title: "Pods", unit: "", height: lanesHeight(data.lanes.length), drawn: drawLanes(chart, FRAME, data) },
    { title: "Endpoints", unit: "ready pods", height: 64, drawn: drawServing(FRAME, 64, data) },
    { title: "Good answers", unit: "per second", height: 74, drawn: drawRate(FRAME, 74, data) },
    {
      title: "Failed requests",
      unit: "per second",
      height: failuresHeight(data),
      drawn: drawFailures(FRAME, failuresHeight(data), data),
    },
    { title: "Latency", unit: "ms, logarithmic", height: 84, drawn: drawLatency(FRAME, 84, data) },
  ];
}

type PlacedPanel = { readonly panel: Panel; readonly y: number };

function stack(panels: readonly Panel[], top: number): { placed: PlacedPanel[]; bottom: number } {
  let y = top;
  const placed = panels.map((panel) => {
    panel.drawn.setAttribute("y", String(y));
    const here = { panel, y };
    y += panel.height + SPACE;
    return here;
  });
  return { placed, bottom: y };
}

function panelTitle({ title, unit, height }: Panel, y: number): Drawn[] {
  // The panel of pods has its lanes' labels at the left, so its title stands above them.
  const middle = unit ? y + height / 2 : y - 8;
  return [
    svgElement("text", { x: 4, y: middle - 1, "font-size": 11, "font-weight": "bold", fill: INK }, title),
    svgElement("text", { x: 4, y: middle + 12, "font-size": 9.5, fill: FAINT }, unit),
  ];
}

function reach(source: GapSeen["source"], placed: readonly PlacedPanel[]): Reach {
  const between = (first: number, last: number): Reach => ({
    top: placed[first]?.y ?? 0,
    bottom: (placed[last]?.y ?? 0) + (placed[last]?.panel.height ?? 0),
  });
  if (source === "endpoints") return between(1, 1);
  return source === "load" ? between(2, 4) : between(0, 0);
}

function description({ title, lanes, requests, untilMs, steps }: TimelineData): string {
  return `${title}: ${count(lanes.length, "pod")}, ${count(steps.length, "step")}, ${count(requests.sent, "request")} of which ${figure(requests.failed)} failed, over ${Math.round(untilMs / 1000)} s.`;
}

/** Top and bottom of a gap's hatching, in pixels. */
export type Reach = { readonly top: number; readonly bottom: number };

/** Hatches each gap over the panels that show its source. */
export function drawGaps(
  chart: string,
  frame: Frame,
  data: TimelineData,
  reachOf: (source: GapSeen["source"]) => Reach,
): Drawn {
  const group = svgElement("g", { "aria-label": "gaps", "font-size": 9.5 });
  for (const gap of data.gaps) {
    const { top, bottom } = reachOf(gap.source);
    const x = placeMs(frame, data.untilMs, gap.fromMs);
    const width = Math.max(2, placeMs(frame, data.untilMs, gap.untilMs) - x);
    const label = `not seen: ${gap.source}`;
    const box = { x, y: top, width, height: bottom - top };
    group.append(
      svgElement("rect", { ...box, fill: "#ffffff", "fill-opacity": 0.35 }),
      svgElement(
        "rect",
        { ...box, fill: `url(#${chart}-gap)`, stroke: FAINT, "stroke-width": 0.8 },
        svgElement("title", {}, `${label} (${gap.why})`),
      ),
    );
  }
  return group;
}
