import { axisY, barX, ruleX, text } from "@observablehq/plot";
import { drawPanel } from "../report/chart/panel.ts";
import { FONT_FAMILY, INK } from "../report/chart/style.ts";
import { svgElement } from "../report/chart/svg.ts";
import type { ComparedChange } from "./change.ts";
import { MEASURES, type Measure } from "./measures.ts";

const LABELS = 120;
const PANEL = 230;
const ROW = 24;
const COLUMNS = 3;

/**
 * Draws the strategies side by side as SVG: a bar chart for each measure, with the strategies in the same order in all of them.
 */
export function compareSvg(changes: readonly ComparedChange[]): string {
  const panelHeight = Math.max(1, changes.length) * ROW + 34;
  const rows = Math.ceil(MEASURES.length / COLUMNS);
  const [width, height] = [COLUMNS * (LABELS + PANEL), rows * panelHeight];
  const panels = MEASURES.flatMap((measure, index) => {
    const [x, y] = [(index % COLUMNS) * (LABELS + PANEL), Math.floor(index / COLUMNS) * panelHeight];
    const drawn = drawMeasure(measure, changes, panelHeight);
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
      "aria-label": `${changes.map(({ experiment }) => experiment).join(", ")} side by side; the table has every figure.`,
      "font-family": FONT_FAMILY,
    },
    svgElement("rect", { width, height, fill: "#ffffff" }),
    ...panels,
  ).outerHTML;
}

function drawMeasure({ value, digits }: Measure, changes: readonly ComparedChange[], height: number) {
  const bars = changes.map((change) => ({
    label: change.experiment,
    value: value(change) ?? 0,
    known: value(change) !== undefined,
  }));
  return drawPanel(
    { width: LABELS + PANEL, left: LABELS, right: 56 },
    {
      height,
      marginTop: 22,
      marginBottom: 8,
      x: { domain: [0, Math.max(1, ...bars.map(({ value }) => value))], axis: null },
      y: { type: "band", domain: bars.map(({ label }) => label), padding: 0.3, axis: null },
      marks: [
        ...(bars.length > 0 ? [axisY({ tickSize: 0, label: null, fontSize: 10.5 })] : []),
        barX(bars, { x: "value", y: "label", fill: "#6f8fab", stroke: INK, strokeWidth: 0.7 }),
        text(bars, {
          x: "value",
          y: "label",
          text: ({ value, known }: (typeof bars)[number]) => (known ? value.toFixed(digits) : "none"),
          dx: 5,
          textAnchor: "start",
          fontSize: 10.5,
        }),
        ruleX([0], { stroke: INK }),
      ],
    },
  );
}
