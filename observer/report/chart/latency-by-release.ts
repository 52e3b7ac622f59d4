import { axisX, axisY, dot, gridX, link, ruleY, text, tickX } from "@observablehq/plot";
import type { LatencyRow } from "../../course/latency.ts";
import { logAxis } from "./axes.ts";
import { drawPanel } from "./panel.ts";
import { FONT_FAMILY, GRID, INK } from "./style.ts";
import { svgElement } from "./svg.ts";

const FRAME = { width: 720, left: 130, right: 24 } as const;
const ROW = 26;

/** Draws p50, p95, p99 and maximum for each release and kind of connection, as SVG. Undefined where every request failed. */
export function latencySvg(rows: readonly LatencyRow[]): string | undefined {
  const points = rows.flatMap(({ release, connection, p50Ms, p95Ms, p99Ms, maxMs }) =>
    p50Ms === undefined || p95Ms === undefined || p99Ms === undefined || maxMs === undefined
      ? []
      : [{ label: `${release}, ${connection}`, p50Ms, p95Ms, p99Ms, maxMs }],
  );
  if (points.length === 0) return undefined;
  const { domain, ticks } = logAxis(
    Math.min(...points.map(({ p50Ms }) => p50Ms)),
    Math.max(...points.map(({ maxMs }) => maxMs)),
  );
  const labels = points.map(({ label }) => label);
  const height = points.length * ROW + 66;
  const drawn = drawPanel(FRAME, {
    height,
    marginTop: 22,
    marginBottom: 42,
    x: { type: "log", domain, axis: null },
    y: { type: "band", domain: labels, padding: 0.3, axis: null },
    marks: [
      gridX(ticks, { stroke: GRID, strokeOpacity: 1 }),
      axisX(ticks, { text: (tick: number) => tick.toLocaleString("en"), label: null, fontSize: 10.5 }),
      axisY({ tickSize: 0, label: null, fontSize: 11 }),
      ruleY(labels, { stroke: "#eeeeee" }),
      link(points, {
        x1: "p50Ms",
        x2: "maxMs",
        y1: "label",
        y2: "label",
        stroke: INK,
        strokeWidth: 1,
        strokeDasharray: "2,3",
      }),
      link(points, { x1: "p50Ms", x2: "p99Ms", y1: "label", y2: "label", stroke: "#8a8a8a", strokeWidth: 6 }),
      tickX(points, { x: "p95Ms", y: "label", stroke: INK, strokeWidth: 2 }),
      dot(points, { x: "p50Ms", y: "label", r: 5, fill: INK }),
      dot(points, { x: "p99Ms", y: "label", r: 5, fill: "#ffffff", stroke: INK, strokeWidth: 1.6 }),
      dot(points, { x: "maxMs", y: "label", symbol: "times", r: 4, stroke: INK, strokeWidth: 1.6 }),
      text(["● p50,  | p95,  ○ p99,  × maximum"], { frameAnchor: "top-left", dy: -18, fontSize: 10.5 }),
      text(["latency in ms, logarithmic"], { frameAnchor: "bottom", dy: 36, fontSize: 10.5 }),
    ],
  });
  drawn.setAttribute("font-family", FONT_FAMILY);
  const worst = Math.max(...points.map(({ p99Ms }) => p99Ms));
  return svgElement(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: FRAME.width,
      height,
      viewBox: `0 0 ${FRAME.width} ${height}`,
      role: "img",
      "aria-label": `Latency by release and kind of connection; the highest p99 is ${worst.toFixed(1)} ms. The table has every figure.`,
    },
    drawn,
  ).outerHTML;
}
