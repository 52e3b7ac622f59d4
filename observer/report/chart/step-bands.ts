import type { StepSpan } from "../../course/course.ts";
import { placeMs } from "./axes.ts";
import type { TimelineData } from "./data.ts";
import type { Frame } from "./panel.ts";
import { INK } from "./style.ts";
import { type Drawn, svgElement } from "./svg.ts";

const ROW = 15;
const CHARACTER = 6.4;
/** A step's label and its place: `x` in pixels, rows counted from the top, and the side of `x` on which the text lies. */
type Placed = {
  readonly step: StepSpan;
  readonly label: string;
  readonly x: number;
  readonly row: number;
  readonly anchor: "start" | "end";
};

/**
 * Places the label of each step in the first row in which it overlaps no earlier label.
 *
 * Example: labels of 100 pixels at 168, 200 and 300. The first goes into row 0 and ends at 268, the second into row 1 and ends at
 * 300, and the third into row 0 again.
 */
export function placeSteps(frame: Frame, { steps, untilMs }: TimelineData): readonly Placed[] {
  const ends: number[] = [];
  return steps.map((step, index) => {
    const label = `${index + 1} ${step.title}${step.outcome === "succeeded" ? "" : ` (${step.outcome})`}`;
    const width = label.length * CHARACTER + 10;
    const at = placeMs(frame, untilMs, step.fromMs);
    // A label that would cross the right edge stands left of its line.
    const anchor = at + width > frame.width ? "end" : "start";
    const from = anchor === "start" ? at : at - width;
    const free = ends.findIndex((end) => end <= from);
    const row = free === -1 ? ends.length : free;
    ends[row] = from + width;
    return { step, label, x: at, row, anchor };
  });
}

/** Height in pixels of the rows of labels and of the bars below them. */
export const headerHeight = (placed: readonly Placed[]): number =>
  (Math.max(0, ...placed.map(({ row }) => row)) + 1) * ROW + 14;

/** Draws for each step its label, a bar as long as its operation, and a line from its start down to `bottom` (pixels). */
export function drawSteps(frame: Frame, data: TimelineData, placed: readonly Placed[], bottom: number): Drawn {
  const barTop = headerHeight(placed) - 10;
  const group = svgElement("g", { "aria-label": "steps", "font-size": 11, fill: INK });
  for (const { step, label, x, row, anchor } of placed) {
    const until = placeMs(frame, data.untilMs, step.operationUntilMs);
    const top = row * ROW + 4;
    group.append(
      svgElement("line", {
        x1: x,
        x2: x,
        y1: top,
        y2: bottom,
        stroke: INK,
        "stroke-width": 1,
        "stroke-dasharray": "5,3",
      }),
      svgElement("rect", { x, y: barTop, width: Math.max(1.5, until - x), height: 5, fill: INK }),
      svgElement(
        "text",
        {
          x: anchor === "start" ? x + 4 : x - 4,
          y: top + 10,
          "text-anchor": anchor,
          "font-weight": "bold",
          stroke: "#ffffff",
          "stroke-width": 3,
          "paint-order": "stroke",
        },
        label,
      ),
    );
  }
  return group;
}
