import { type Markish, type PlotOptions, plot } from "@observablehq/plot";
import { FONT_FAMILY, INK } from "./style.ts";
import { chartDocument, type Drawn } from "./svg.ts";

/** Where the panels of one chart lie beside each other: pixels of the whole width and of its margins. */
export type Frame = { readonly width: number; readonly left: number; readonly right: number };

/** Draws one panel with Plot and frees it from what only a browser's page needs. */
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
