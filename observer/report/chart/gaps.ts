import type { GapSeen } from "../../course/course.ts";
import type { TimelineData } from "./data.ts";
import type { Frame } from "./panel.ts";
import { placeMs } from "./step-bands.ts";
import { FAINT } from "./style.ts";
import { type Drawn, svgElement } from "./svg.ts";

/** Top and bottom of the panels in which a gap is drawn. */
export type Reach = { readonly top: number; readonly bottom: number };

/** Hatches what was not seen, over the panels that depend on the source. */
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
