import { axisX, axisY, gridY, rectY, ruleY } from "@observablehq/plot";
import { wholeTicks } from "../../observer/report/chart/axes.ts";
import { drawPanel } from "../../observer/report/chart/panel.ts";
import { colourOf, FONT_FAMILY, GRID, INK, TICKS } from "../../observer/report/chart/style.ts";
import { type Drawn, svgElement } from "../../observer/report/chart/svg.ts";
import type { PlannedFrame } from "../../plan/rollout-plan.ts";
import type { PlanReport } from "./plan-report.ts";

const FRAME = { width: 760, left: 40, right: 20 };
const PANEL_HEIGHT = 150;
const TITLE_HEIGHT = 22;
const LEGEND_HEIGHT = 18;
const BLOCK_HEIGHT = TITLE_HEIGHT + LEGEND_HEIGHT + PANEL_HEIGHT + 12;
/** How long the end is drawn, as a part of the time before it, so that it is seen. */
const TAIL = 0.12;

/** Ready pods are filled, those that start are pale, those that stop are outlined. */
const STATES = [
  { state: "ready", fillOpacity: 1 },
  { state: "starting", fillOpacity: 0.4 },
  { state: "stopping", fillOpacity: 0.1 },
] as const;

type Box = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly release: string;
  readonly y1: number;
  readonly y2: number;
  readonly opacity: number;
};

/** The courses of all workloads that change, one below the other: pods by release and state over time. */
export function courseSvg({ namespaces }: PlanReport): string {
  const rollouts = namespaces.flatMap(({ namespace, rollouts: all }) =>
    all.flatMap(({ workload, plan: { frames = [] } }) =>
      frames.length > 1 ? [{ title: `${workload} in ${namespace}`, frames }] : [],
    ),
  );
  const height = Math.max(1, rollouts.length) * BLOCK_HEIGHT;
  const blocks = rollouts.map(({ title, frames }, index) => block(title, frames, index * BLOCK_HEIGHT));
  const nothing = svgElement("text", { x: FRAME.left, y: TITLE_HEIGHT }, "No pod changes.");
  const size = { width: FRAME.width, height, viewBox: `0 0 ${FRAME.width} ${height}` };
  const drawn = svgElement(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": FONT_FAMILY, "font-size": 11, fill: INK },
    svgElement("rect", { width: FRAME.width, height, fill: "#ffffff" }),
    ...(blocks.length > 0 ? blocks : [nothing]),
  );
  return `${drawn.outerHTML}\n`;
}

function block(title: string, frames: readonly PlannedFrame[], y: number): Drawn {
  const releases = [...new Set(frames.flatMap(({ pods }) => Object.keys(pods)))];
  const panel = drawCourse(frames, releases);
  panel.setAttribute("y", String(TITLE_HEIGHT + LEGEND_HEIGHT));
  return svgElement(
    "g",
    { transform: `translate(0,${y})` },
    svgElement("text", { x: FRAME.left, y: 16, "font-size": 13, "font-weight": "bold" }, title),
    ...releases.flatMap((release, index) => {
      const x = FRAME.left + index * 220;
      const fill = colourOf(releases, release);
      return [
        svgElement("rect", { x, y: TITLE_HEIGHT + 2, width: 11, height: 11, fill }),
        svgElement("text", { x: x + 16, y: TITLE_HEIGHT + 11.5 }, release),
      ];
    }),
    panel,
  );
}

function drawCourse(frames: readonly PlannedFrame[], releases: readonly string[]): Drawn {
  const lastMs = Math.max(1000, frames.at(-1)?.atMs ?? 0);
  const untilMs = lastMs * (1 + TAIL);
  const boxes = boxesOf(frames, releases, untilMs);
  const most = Math.max(1, ...boxes.map(({ y2 }) => y2));
  const ticks = wholeTicks(most);
  return drawPanel(FRAME, {
    height: PANEL_HEIGHT,
    marginBottom: 30,
    x: { domain: [-lastMs * TAIL, untilMs], axis: null },
    y: { domain: [0, most], axis: null },
    marks: [
      gridY(ticks, { stroke: GRID, strokeOpacity: 1 }),
      axisY(ticks, { ...TICKS, tickFormat: "d" }),
      axisX({ ...TICKS, ticks: 8, tickFormat: (ms: number) => `${Math.round(ms / 1000)} s` }),
      rectY(boxes, {
        x1: "fromMs",
        x2: "untilMs",
        y1: "y1",
        y2: "y2",
        stroke: INK,
        strokeWidth: 0.5,
        fillOpacity: { value: "opacity", scale: null },
        fill: { value: ({ release }: Box) => colourOf(releases, release), scale: null },
      }),
      ruleY([0], { stroke: INK }),
    ],
  });
}

/** Each frame lasts until the next one; what runs before the change is drawn left of 0. Releases are stacked, the first one lowest. */
function boxesOf(frames: readonly PlannedFrame[], releases: readonly string[], untilMs: number): Box[] {
  return frames.flatMap(({ atMs, pods }, index) => {
    const next = frames[index + 1]?.atMs ?? untilMs;
    const fromMs = index === 0 && next === atMs ? -untilMs * TAIL : atMs;
    let y = 0;
    return releases.flatMap((release) =>
      STATES.flatMap(({ state, fillOpacity }) => {
        const number = pods[release]?.[state] ?? 0;
        if (number === 0 || next <= fromMs) return [];
        const box = { fromMs, untilMs: next, release, y1: y, y2: y + number, opacity: fillOpacity };
        y += number;
        return [box];
      }),
    );
  });
}
