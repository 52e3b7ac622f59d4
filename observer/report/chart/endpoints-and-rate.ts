import { axisY, gridY, rectY, ruleY } from "@observablehq/plot";
import { wholeTicks } from "./axes.ts";
import type { Layer, TimelineData } from "./data.ts";
import { drawPanel, type Frame } from "./panel.ts";
import { colourOf, GRID, INK, TICKS } from "./style.ts";
import type { Drawn } from "./svg.ts";

type Box = { fromMs: number; untilMs: number; release: string; y1: number; y2: number };

/** The panel of ready pods in the endpoints, releases stacked. */
export const drawServing = (frame: Frame, height: number, data: TimelineData): Drawn =>
  drawStack(frame, height, data, data.serving);

/** The panel of good answers per second, releases stacked. */
export const drawRate = (frame: Frame, height: number, data: TimelineData): Drawn =>
  drawStack(
    frame,
    height,
    data,
    data.bins.map(({ fromMs, untilMs, good }) => ({
      fromMs,
      untilMs,
      values: new Map([...good].map(([release, count]) => [release, (count * 1000) / (untilMs - fromMs)])),
    })),
  );

function drawStack(frame: Frame, height: number, data: TimelineData, layers: readonly Layer[]): Drawn {
  const boxes = stackUp(layers, data.releases);
  const most = Math.max(1, ...boxes.map(({ y2 }) => y2));
  const ticks = wholeTicks(most);
  return drawPanel(frame, {
    height,
    x: { domain: [0, data.untilMs], axis: null },
    y: { domain: [0, most], axis: null },
    marks: [
      gridY(ticks, { stroke: GRID, strokeOpacity: 1 }),
      axisY(ticks, { ...TICKS, tickFormat: "d" }),
      rectY(boxes, {
        x1: "fromMs",
        x2: "untilMs",
        y1: "y1",
        y2: "y2",
        // Without this, hairlines show between neighbouring boxes.
        shapeRendering: "crispEdges",
        fill: { value: ({ release }: Box) => colourOf(data.releases, release), scale: null },
      }),
      ruleY([0], { stroke: INK }),
    ],
  });
}

/**
 * Stacks the values of each layer into boxes, the first release lowest. Neighbouring boxes of one release become one box if they
 * have the same bottom and top.
 *
 * Example: v1 2 in 0..4 s, then v1 2 and v2 1 in 4..6 s. The boxes are v1 from 0 to 2 in 0..6 s, and v2 from 2 to 3 in 4..6 s.
 */
function stackUp(layers: readonly Layer[], releases: readonly string[]): Box[] {
  const boxes: Box[] = [];
  const open = new Map<string, Box>();
  for (const { fromMs, untilMs, values } of layers) {
    let y1 = 0;
    for (const release of new Set([...releases, ...values.keys()])) {
      const y2 = y1 + (values.get(release) ?? 0);
      const before = open.get(release);
      if (y2 > y1) {
        if (before?.untilMs === fromMs && before.y1 === y1 && before.y2 === y2) before.untilMs = untilMs;
        else {
          const box = { fromMs, untilMs, release, y1, y2 };
          boxes.push(box);
          open.set(release, box);
        }
      }
      y1 = y2;
    }
  }
  return boxes;
}
