import { type Markish, type PlotOptions, plot } from "@observablehq/plot";
import { FONT_FAMILY, INK } from "./style.ts";
import { chartDocument, type Drawn } from "./svg.ts";

/** The width of a chart's panels, and the margins left and right of what they draw, in pixels. All panels of a chart share it. */
export type Frame = { readonly width: number; readonly left: number; readonly right: number };

/** Draws one panel with Plot, without the style sheet and the class that Plot adds for a web page. */
export function drawPanel(frame: Frame, options: PlotOptions & { readonly marks: readonly Markish[] }): Drawn {
  const drawn = plot({
    document: chartDocument,
    className: "panel",
    width: frame.width,
    marginLeft: frame.left,
    marginRight: frame.right,
    marginTop: 6,
    marginBottom: 4,
    ...options,
    marks: [...options.marks],
  }) as unknown as Drawn;
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.removeAttribute("class");
  drawn.setAttribute("font-family", FONT_FAMILY);
  drawn.setAttribute("fill", INK);
  return drawn;
}
