import { axisX, axisY, gridY, rectY, ruleY } from "@observablehq/plot";
import type { Event } from "../../events.ts";
import { isSample, type Sample } from "../../verdicts/starvation.ts";
import { coresOf, OWNERS, whereOf } from "../machine-figures.ts";
import { wholeTicks } from "./axes.ts";
import { drawPanel } from "./panel.ts";
import { FONT_FAMILY, GRID, INK, TICKS } from "./style.ts";

const FRAME = { width: 720, left: 40, right: 24 } as const;
const HEIGHT = 130;
/** Fills from below: they differ in lightness, so that they are told apart in grey too. */
const FILLS = { stack: "#1d4f7c", cluster: "#9db8cf", observer: "#4f9d80", others: "#f5b75a" } as const;

type Box = { fromS: number; untilS: number; y1: number; y2: number; owner: (typeof OWNERS)[number] };

/**
 * Draws the CPU of the machine by owner over time, as SVG: of this machine where it shows the node's processes, or else of the first
 * node. Undefined where nothing tells whose CPU was used.
 */
export function machineSvg(events: readonly Event[]): { readonly svg: string; readonly where: string } | undefined {
  const attributed = events.filter(isSample).filter(({ owners }) => owners);
  const first = attributed.find(({ type }) => type === "machine") ?? attributed[0];
  if (!first) return undefined;
  const where = whereOf(first);
  const boxes = attributed.filter((sample) => whereOf(sample) === where).flatMap(stacked);
  const most = Math.max(first.cores, ...boxes.map(({ y2 }) => y2));
  const ticks = wholeTicks(most);
  const drawn = drawPanel(FRAME, {
    height: HEIGHT,
    marginTop: 8,
    marginBottom: 34,
    x: { domain: [0, Math.max(...boxes.map(({ untilS }) => untilS))], axis: null },
    y: { domain: [0, most], axis: null },
    marks: [
      gridY(ticks, { stroke: GRID, strokeOpacity: 1 }),
      axisX({ ...TICKS, label: "seconds", labelAnchor: "center", labelArrow: "none", ticks: 10 }),
      axisY(ticks, { ...TICKS, tickFormat: "d" }),
      rectY(boxes, {
        x1: "fromS",
        x2: "untilS",
        y1: "y1",
        y2: "y2",
        shapeRendering: "crispEdges",
        fill: { value: ({ owner }: Box) => FILLS[owner], scale: null },
      }),
      ruleY([0], { stroke: INK }),
      ruleY([first.cores], { stroke: INK, strokeDasharray: "3,2" }),
    ],
  });
  drawn.setAttribute("font-family", FONT_FAMILY);
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", `CPU of ${where} by owner over time, in cores`);
  return { svg: drawn.outerHTML, where };
}

/** The boxes of one sample, one above the other. */
function stacked({ atMs, overMs, owners }: Sample): Box[] {
  let y1 = 0;
  return OWNERS.flatMap((owner) => {
    const cores = coresOf(owners, owner) ?? 0;
    if (cores === 0) return [];
    const box = { fromS: Math.max(0, atMs - overMs) / 1000, untilS: atMs / 1000, y1, y2: y1 + cores, owner };
    y1 = box.y2;
    return [box];
  });
}
