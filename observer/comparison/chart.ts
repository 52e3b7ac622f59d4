import { axisY, barX, dot, ruleX, ruleY, text } from "@observablehq/plot";
import { drawPanel } from "../report/chart/panel.ts";
import { FONT_FAMILY, INK } from "../report/chart/style.ts";
import { svgElement } from "../report/chart/svg.ts";
import { type Comparison, medianOf } from "./comparison.ts";
import { MEASURES, type Measure } from "./measures.ts";

const LABELS = 120;
const PANEL = 230;
const ROW = 24;
const COLUMNS = 3;

/**
 * Draws the strategies side by side as SVG: a bar chart for each measure, with the strategies in the same order in all of them.
 * A bar is the median of the runs that count; where there are several, a line shows its interval and dots the runs.
 */
export function compareSvg(comparison: Comparison): string {
  const { samples, strategies } = comparison;
  const panelHeight = Math.max(1, samples.length) * ROW + 34;
  const rows = Math.ceil(MEASURES.length / COLUMNS);
  const [width, height] = [COLUMNS * (LABELS + PANEL), rows * panelHeight];
  const panels = MEASURES.flatMap((measure, index) => {
    const [x, y] = [(index % COLUMNS) * (LABELS + PANEL), Math.floor(index / COLUMNS) * panelHeight];
    const drawn = drawMeasure(measure, comparison, panelHeight);
    drawn.setAttribute("x", String(x));
    drawn.setAttribute("y", String(y));
    const heading = { x: x + LABELS, y: y + 14, "font-size": 11.5, "font-weight": "bold", fill: INK };
    return [drawn, svgElement("text", heading, `${measure.heading}, ${measure.unit}`)];
  });
  return svgElement(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${strategies.join(", ")} side by side; the table has every figure.`,
      "font-family": FONT_FAMILY,
    },
    svgElement("rect", { width, height, fill: "#ffffff" }),
    ...panels,
  ).outerHTML;
}

function drawMeasure(measure: Measure, comparison: Comparison, height: number) {
  const bars = comparison.samples.map((sample) => {
    const interval = medianOf(comparison, measure, sample);
    return { label: sample.strategy, interval, value: interval?.median ?? 0 };
  });
  const dots = comparison.samples.flatMap(({ strategy, changes }) =>
    changes.length < 2
      ? []
      : changes.flatMap((change) => {
          const value = measure.value(change);
          return value === undefined ? [] : [{ label: strategy, value }];
        }),
  );
  const spans = bars.flatMap(({ label, interval }) =>
    interval && interval.most > interval.least ? [{ label, ...interval }] : [],
  );
  const largest = Math.max(0, ...bars.map(({ value }) => value), ...dots.map(({ value }) => value));
  return drawPanel(
    { width: LABELS + PANEL, left: LABELS, right: 64 },
    {
      height,
      marginTop: 22,
      marginBottom: 8,
      x: { domain: [0, largest === 0 ? 1 : largest], axis: null },
      y: { type: "band", domain: bars.map(({ label }) => label), padding: 0.3, axis: null },
      marks: [
        ...(bars.length > 0 ? [axisY({ tickSize: 0, label: null, fontSize: 10.5 })] : []),
        barX(bars, { x: "value", y: "label", fill: "#a9bfd1", stroke: INK, strokeWidth: 0.7 }),
        dot(dots, { x: "value", y: "label", r: 1.8, fill: "#1d4f7c" }),
        ruleY(spans, { y: "label", x1: "least", x2: "most", stroke: INK, strokeWidth: 1.6 }),
        text(bars, {
          x: ({ label, value }: (typeof bars)[number]) =>
            Math.max(value, ...dots.flatMap((one) => (one.label === label ? [one.value] : []))),
          y: "label",
          text: ({ interval, value }: (typeof bars)[number]) => (interval ? measure.text(value) : "none"),
          dx: 6,
          textAnchor: "start",
          fontSize: 10.5,
        }),
        ruleX([0], { stroke: INK }),
      ],
    },
  );
}
