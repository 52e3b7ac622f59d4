import type { PodState } from "../../course/course.ts";
import { type Drawn, svgElement } from "./svg.ts";

/** Letters of Verdana are as wide as those of DejaVu Sans, so labels also fit on a machine that has only one of the two. */
export const FONT_FAMILY = "DejaVu Sans, Verdana, Geneva, sans-serif";

/** Colour of text, axes and outlines. */
export const INK = "#1a1a1a";
export const FAINT = "#5c5c5c";
/** Colour of the lines behind the values. */
export const GRID = "#dddddd";
export const TICKS = { tickSize: 3, label: null, fontSize: 9.5 } as const;
/** Colour of failures. In black and white it is dark. */
export const ALARM = "#a3001b";

/** Fills of releases. Dark, light and middle tones take turns, so that neighbours differ when printed in grey. */
const COLOURS = ["#1d4f7c", "#f5b75a", "#4f9d80", "#d9c8ea", "#8a4b1f"] as const;
/** The same colours, dark enough for thin lines on white. */
const LINES = ["#1d4f7c", "#a86200", "#2f6e57", "#75579a", "#8a4b1f"] as const;

/**
 * The fill of a release, by its place in `releases`; after the last colour comes the first. A release outside the list is grey.
 */
export function colourOf(releases: readonly string[], release: string): string {
  const place = releases.indexOf(release);
  return (place === -1 ? undefined : COLOURS[place % COLOURS.length]) ?? "#c4c4c4";
}

/** All states, in the order of the legend. */
export const POD_STATES: readonly PodState[] = [
  "pending",
  "starting",
  "ready",
  "unready",
  "crashed",
  "ended",
  "terminating",
];

/** Outline of a bar in this state. It is dark, so that light fills have an edge when printed in grey. */
export const outlineOf = (state: PodState) =>
  ({
    stroke: state === "crashed" || state === "ended" ? ALARM : INK,
    strokeWidth: 0.7,
    ...(state === "pending" ? { strokeDasharray: "3,2" } : {}),
  }) as const;

/** Id of the pattern for a state of a release. `chart` makes it unique where a page holds several charts. */
const patternId = (chart: string, state: PodState, releases: readonly string[], release: string): string =>
  `${chart}-${state}-${Math.max(0, releases.indexOf(release))}`;

/** Fill of a bar: the pattern shows the state, the colour shows the release. */
export function fillOf(chart: string, state: PodState, releases: readonly string[], release: string): string {
  if (state === "ready") return colourOf(releases, release);
  if (state === "pending" || state === "ended") return "#ffffff";
  return `url(#${patternId(chart, state, releases, release)})`;
}

/** The patterns that `fillOf` refers to. */
export function patterns(chart: string, releases: readonly string[]): Drawn {
  const definitions = releases.flatMap((release) => {
    const colour = LINES[releases.indexOf(release) % LINES.length] ?? INK;
    const pattern = (state: PodState, size: number, ...marks: readonly Drawn[]) =>
      svgElement(
        "pattern",
        { id: patternId(chart, state, releases, release), width: size, height: size, patternUnits: "userSpaceOnUse" },
        svgElement("rect", { width: size, height: size, fill: "#ffffff" }),
        ...marks,
      );
    const line = (d: string, stroke: string, width: number) =>
      svgElement("path", { d, stroke, "stroke-width": width, fill: "none" });
    return [
      pattern("starting", 6, line("M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", colour, 1.8)),
      pattern("unready", 5, svgElement("circle", { cx: 2.5, cy: 2.5, r: 1.5, fill: colour })),
      pattern("terminating", 4, line("M1,0 v4", colour, 2)),
      pattern("crashed", 6, line("M0,0 l6,6 M0,6 l6,-6", ALARM, 1.3)),
    ];
  });
  const gap = svgElement(
    "pattern",
    { id: `${chart}-gap`, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
    svgElement("path", { d: "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", stroke: "#8c8c8c", "stroke-width": 1, fill: "none" }),
  );
  return svgElement("defs", {}, ...definitions, gap);
}
