import type { StepSpan } from "../../course/course.ts";
import { placeMs } from "./axes.ts";
import type { TimelineData } from "./data.ts";
import type { Frame } from "./panel.ts";
import { INK } from "./style.ts";
import { type Drawn, svgElement } from "./svg.ts";

const ROW = 15;
/** Mean width of a bold letter, and the space before and behind a label, in pixels. */
const CHARACTER = 6.8;
const PADDING = 12;

/** A step's label and its place: `x` in pixels, rows counted from the top, and the side of `x` on which the text lies. */
type Placed = Label & { readonly row: number };

/** The label covers `from`..`until`; it begins or ends at `x`, where its line is. */
type Label = {
  readonly step: StepSpan;
  readonly label: string;
  readonly x: number;
  readonly anchor: "start" | "end";
  readonly from: number;
  readonly until: number;
};

/**
 * Places the labels of steps so that they do not touch, and no line strikes one. The line of a step goes down from its label, so
 * a label that covers the place of another step's line stands above that step's label.
 *
 * Example: labels of 100 pixels at 168, 200, 250 and 350. The first goes into row 0 and covers 200, the second into row 1 and
 * covers 250, the third into row 2, and the fourth, which none covers, into row 0 again.
 */
export function placeSteps(frame: Frame, data: TimelineData): readonly Placed[] {
  const labels = labelsOf(frame, data);
  // Labels left of their lines cover earlier steps, the others later ones.
  const order = [
    ...labels.filter(({ anchor }) => anchor === "end").reverse(),
    ...labels.filter(({ anchor }) => anchor === "start"),
  ];
  const placed: Placed[] = [];
  for (const label of order) {
    const above = placed.filter(({ from, until }) => from < label.until && label.from < until);
    placed.push({ ...label, row: Math.max(-1, ...above.map(({ row }) => row)) + 1 });
  }
  return placed.toSorted((one, other) => one.step.fromMs - other.step.fromMs);
}

/**
 * A label that would cross the right edge stands left of its line, and so does an earlier one that would meet such a line; but
 * none crosses the left edge.
 */
function labelsOf(frame: Frame, { steps, untilMs }: TimelineData): Label[] {
  const labels: Label[] = [];
  for (const [index, step] of [...steps.entries()].reverse()) {
    const label = `${index + 1} ${step.title}${step.outcome === "succeeded" ? "" : ` (${step.outcome})`}`;
    const width = label.length * CHARACTER + PADDING;
    const x = placeMs(frame, untilMs, step.fromMs);
    const endX = Math.min(frame.width, ...labels.filter(({ anchor }) => anchor === "end").map((later) => later.x));
    const isLeft = x + width > endX && width <= x;
    const from = isLeft ? x - width : x;
    labels.unshift({ step, label, x, anchor: isLeft ? "end" : "start", from, until: from + width });
  }
  return labels;
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
