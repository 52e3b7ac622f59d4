import type { PodState } from "../../course/course.ts";
import type { TimelineData } from "./data.ts";
import type { Frame } from "./panel.ts";
import { ALARM, colourOf, FAINT, fillOf, INK, outlineOf, POD_STATES } from "./style.ts";
import { type Drawn, svgElement } from "./svg.ts";

const ROW = 18;
const SWATCH = 22;
const CHARACTER = 6.1;

type Entry = { readonly label: string; readonly swatch: (x: number, y: number) => Drawn };

/**
 * The legend below the panels, wrapped into rows; `height` is in pixels. States, marks and gaps stand in it only if they occur.
 */
export function drawLegend(
  chart: string,
  frame: Frame,
  data: TimelineData,
): { readonly drawn: Drawn; readonly height: number } {
  const group = svgElement("g", { "aria-label": "legend", "font-size": 10.5, fill: INK });
  let x = 4;
  let y = 4;
  for (const { label, swatch } of entries(chart, data)) {
    const width = SWATCH + 6 + label.length * CHARACTER + 14;
    if (x + width > frame.width && x > 4) {
      x = 4;
      y += ROW;
    }
    group.append(swatch(x, y), svgElement("text", { x: x + SWATCH + 5, y: y + 9.5 }, label));
    x += width;
  }
  return { drawn: group, height: y + ROW };
}

function entries(chart: string, data: TimelineData): Entry[] {
  const { releases, lanes, gaps } = data;
  const states = new Set(lanes.flatMap(({ spans }) => spans.map(({ state }) => state)));
  const kinds = new Set(lanes.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const throttled = lanes.some((lane) => lane.throttled.length > 0);
  const optional = (shown: boolean, entry: Entry): Entry[] => (shown ? [entry] : []);
  return [
    ...releases.map((release) => ({ label: `release ${release}`, swatch: box({ fill: colourOf(releases, release) }) })),
    ...POD_STATES.filter((state) => states.has(state)).map((state) => stateEntry(chart, state, releases)),
    ...optional(kinds.has("oom"), {
      label: "killed for its memory (OOM)",
      swatch: path("M11,0 l6,6 l-6,6 l-6,-6 z", { fill: INK }),
    }),
    ...optional(kinds.has("exit"), {
      label: "container ended",
      swatch: path("M6,1 l10,10 M6,11 l10,-10", { "stroke-width": 2 }),
    }),
    ...optional(kinds.has("restart"), {
      label: "restarted",
      swatch: path("M11,1 l6,10 h-12 z", { fill: "#ffffff", "stroke-width": 1.3 }),
    }),
    ...optional(throttled, { label: "CPU throttled", swatch: path("M0,9 h22", { "stroke-width": 4 }) }),
    { label: "failed requests", swatch: box({ fill: ALARM, stroke: "none" }) },
    ...causeEntries(data),
    { label: "latency p50", swatch: path("M0,6 h22", { "stroke-width": 1.7 }) },
    { label: "p99", swatch: path("M0,6 h22", { "stroke-width": 1.1, "stroke-dasharray": "4,2" }) },
    ...optional(gaps.length > 0, { label: "not seen", swatch: box({ fill: `url(#${chart}-gap)`, stroke: FAINT }) }),
    {
      label: "a step and how long its operation ran",
      swatch: path("M2,0 v13", { "stroke-dasharray": "5,3" }, "M2,10 h20"),
    },
  ];
}

/** The letters of causes that occur, with their titles. */
const causeEntries = ({ causes }: TimelineData): Entry[] =>
  [...new Map(causes.map(({ letter, title }) => [letter, title]))]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([letter, title]) => ({
      label: title,
      swatch: (x, y) => svgElement("text", { x: x + 8, y: y + 9.5, "font-weight": "bold" }, letter),
    }));

type Attributes = Readonly<Record<string, string | number>>;

const box =
  (attributes: Attributes): Entry["swatch"] =>
  (x, y) =>
    svgElement("rect", { x, y: y + 0.5, width: SWATCH, height: 11, stroke: INK, "stroke-width": 0.8, ...attributes });

const path =
  (d: string, attributes: Attributes, thick?: string): Entry["swatch"] =>
  (x, y) =>
    svgElement(
      "g",
      { transform: `translate(${x},${y})`, fill: "none", stroke: INK },
      svgElement("path", { d, ...attributes }),
      ...(thick ? [svgElement("path", { d: thick, "stroke-width": 4 })] : []),
    );

function stateEntry(chart: string, state: PodState, releases: readonly string[]): Entry {
  const low = state === "terminating" || state === "pending";
  const { stroke, strokeWidth } = outlineOf(state);
  return {
    label: `pod ${state}`,
    swatch: (x, y) =>
      svgElement("rect", {
        x,
        y: y + (low ? 3 : 0.5),
        width: SWATCH,
        height: low ? 6 : 11,
        fill: fillOf(chart, state, releases, releases[0] ?? ""),
        stroke,
        "stroke-width": strokeWidth,
        ...(state === "pending" ? { "stroke-dasharray": "3,2" } : {}),
      }),
  };
}
