import { axisX, axisY, barX, gridX, plot, text } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Results } from "../results.ts";
import { throughput } from "./ratios.ts";

const FONT = "DejaVu Sans, Verdana, Geneva, sans-serif";
const OURS = "#1d4f7c";
const OTHERS = "#f5b75a";
const INK = "#1a1a1a";
const WIDTH = 900;
const ROW_HEIGHT = 24;

interface Bar {
  readonly title: string;
  readonly load: string;
  readonly perSecond: number;
  readonly ours: boolean;
}

/** Draws requests per second of every measured server as bars on a logarithmic axis, as a standalone SVG. */
export function chartSvg(results: Results): string {
  const bars = barsOf(results);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const titles = [...new Set(bars.map(({ title }) => title))];
  const least = 10 ** Math.floor(Math.log10(Math.min(...bars.map(({ perSecond }) => perSecond), 100)));
  const most = 2 * Math.max(...bars.map(({ perSecond }) => perSecond), 1_000);
  const svg = plot({
    document: document as never, // the DOM's own types are not ours
    width: WIDTH,
    height: 60 + titles.length * ROW_HEIGHT,
    marginLeft: 240,
    marginTop: 30,
    style: { fontFamily: FONT, fontSize: "11px", background: "#ffffff", color: INK },
    x: { type: "log", domain: [least, most] },
    y: { domain: titles, padding: 0.25 },
    fx: { domain: ["single row", "100 rows"], label: null },
    marks: [
      gridX({ stroke: "#dddddd", strokeOpacity: 1, ticks: 4 }),
      axisX({ ticks: 4, tickFormat: "~s", label: "requests per second (logarithmic), median", labelArrow: "none" }),
      axisY({ label: null, tickSize: 0 }),
      barX(bars, {
        fx: "load",
        y: "title",
        x1: least,
        x2: "perSecond",
        fill: (bar: Bar) => (bar.ours ? OURS : OTHERS),
      }),
      text(bars, {
        fx: "load",
        y: "title",
        x: "perSecond",
        text: (bar: Bar) => Math.round(bar.perSecond).toLocaleString("en-US"),
        textAnchor: "start",
        dx: 4,
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "Requests per second of every server, for a single row and for 100 rows");
  return svg.outerHTML;
}

function barsOf(results: Results): Bar[] {
  const loads = [
    ["single", "single row"],
    ["batch", "100 rows"],
  ] as const;
  const bars = results.peers.flatMap(({ name, title }) =>
    loads.flatMap(([load, label]) => {
      const spread = throughput(results, name, load);
      return spread ? [{ title, load: label, perSecond: spread.median, ours: name === "ours" }] : [];
    }),
  );
  const binary = throughput(results, "ours", "binary");
  if (!binary) return bars;
  const title = "online-inference, binary tensor";
  return [...bars.slice(0, 2), { title, load: "100 rows", perSecond: binary.median, ours: true }, ...bars.slice(2)];
}
