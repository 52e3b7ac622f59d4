import { axisY, barX, dot, type Markish, ruleY, text } from "@observablehq/plot";
import type { Lane, LaneMark, TimelineData } from "./data.ts";
import { drawPanel, type Frame } from "./panel.ts";
import { fillOf, INK, outlineOf, POD_STATES } from "./style.ts";
import type { Drawn } from "./svg.ts";

const LANE_HEIGHT = 17;
const PADDING = 0.2;
const THROTTLE_HEIGHT = 4;

/** Height in pixels of a panel with so many lanes. */
export const lanesHeight = (lanes: number): number => Math.max(1, lanes) * LANE_HEIGHT + 10;

type Span = Lane["spans"][number] & { readonly lane: Lane };

/** The panel of pods, one lane for each. The colour of a bar shows its release; pattern and height show the state. */
export function drawLanes(chart: string, frame: Frame, data: TimelineData): Drawn {
  const { lanes, releases } = data;
  const labels = laneLabels(lanes);
  const spans = lanes.flatMap((lane) => lane.spans.map((span): Span => ({ ...span, lane })));
  const bars = POD_STATES.map((state) =>
    barX(
      spans.filter((span) => span.state === state),
      {
        x1: "fromMs",
        x2: "untilMs",
        y: ({ lane }: Span) => lane.key,
        fill: { value: ({ lane }: Span) => fillOf(chart, state, releases, lane.release), scale: null },
        ...outlineOf(state),
        ...(state === "terminating" || state === "pending" ? { insetTop: 3, insetBottom: 3 } : {}),
        title: ({ lane, fromMs, untilMs }: Span) =>
          `${lane.name} (${lane.release}): ${state} from ${seconds(fromMs)} to ${seconds(untilMs)} s`,
      },
    ),
  );
  return drawPanel(frame, {
    height: lanesHeight(lanes.length),
    x: { domain: [0, data.untilMs], axis: null },
    y: { type: "band", domain: lanes.map(({ key }) => key), padding: PADDING, round: false, axis: null },
    marks: [
      ...(lanes.length > 0
        ? [axisY({ tickSize: 0, label: null, tickFormat: (key: string) => labels.get(key) ?? key, fontSize: 9.5 })]
        : [text(["no pod was seen"], { frameAnchor: "left", dx: 6, fontSize: 10 })]),
      ruleY(
        lanes.map(({ key }) => key),
        { stroke: "#e3e3e3" },
      ),
      ...bars,
      throttling(lanes),
      ...laneMarks(lanes, data.untilMs),
    ],
  });
}

/** Strips along the lower edges of the lanes. The greater the throttled share, the darker the strip. */
function throttling(lanes: readonly Lane[]) {
  const spans = lanes.flatMap((lane) => lane.throttled.map((span) => ({ ...span, key: lane.key })));
  return barX(spans, {
    x1: "fromMs",
    x2: "untilMs",
    y: "key",
    insetTop: LANE_HEIGHT * (1 - PADDING) - THROTTLE_HEIGHT,
    fill: INK,
    fillOpacity: { value: ({ share }: { share: number }) => 0.35 + 0.65 * share, scale: null },
    title: ({ share }: { share: number }) => `throttled in ${Math.round(share * 100)} % of its CPU periods`,
  });
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);

/**
 * The label of each lane by the lane's key: the release, and the pod's name without the leading words that all names share.
 *
 * Example: `web-7c9d-x2x4z` of v1 and `web-5f6b-k8k2p` of v2 become `v1  7c9d-x2x4z` and `v2  5f6b-k8k2p`.
 */
function laneLabels(lanes: readonly Lane[]): ReadonlyMap<string, string> {
  const names = lanes.map(({ name }) => name.split("-"));
  const [first = [], ...others] = names;
  const differs = first.findIndex((word, index) => others.some((words) => words[index] !== word));
  return new Map(
    lanes.map(({ key, name, release }) => {
      const rest = differs > 0 ? name.split("-").slice(differs).join("-") : name;
      return [key, `${release}  ${rest.length > 20 ? `…${rest.slice(-19)}` : rest}`];
    }),
  );
}

type Placed = LaneMark & { readonly key: string; readonly side: "left" | "right" | "none" };

/** Width that a label needs beside its mark, as a share (0..1) of the time axis. */
const ROOM = 0.045;

/** Draws ends of containers as diamonds (OOM) or crosses, with a label on a side that has room, and restarts as triangles. */
export function laneMarks(lanes: readonly Lane[], untilMs: number): Markish[] {
  const placed = lanes.flatMap((lane) => placeLabels(lane, untilMs));
  const ends = placed.filter(({ kind }) => kind !== "restart");
  const labels = (side: Placed["side"]) =>
    text(
      ends.filter((end) => end.side === side),
      {
        x: "atMs",
        y: "key",
        text: "label",
        dx: side === "right" ? 7 : -7,
        textAnchor: side === "right" ? "start" : "end",
        fontSize: 9,
        fontWeight: "bold",
        fill: INK,
        stroke: "#ffffff",
        strokeWidth: 3.5,
      },
    );
  return [
    dot(ends, {
      x: "atMs",
      y: "key",
      symbol: ({ kind }: Placed) => (kind === "oom" ? "diamond" : "times"),
      r: 4.6,
      fill: ({ kind }: Placed) => (kind === "oom" ? INK : "none"),
      stroke: INK,
      strokeWidth: 2,
      title: "label",
    }),
    dot(
      placed.filter(({ kind }) => kind === "restart"),
      {
        x: "atMs",
        y: "key",
        symbol: "triangle",
        r: 4.2,
        fill: "#ffffff",
        stroke: INK,
        strokeWidth: 1.3,
        title: "label",
      },
    ),
    labels("right"),
    labels("left"),
  ];
}

function placeLabels({ key, marks }: Lane, untilMs: number): Placed[] {
  const sorted = marks.toSorted((left, right) => left.atMs - right.atMs);
  return sorted.map((mark, index) => {
    const roomLeft = mark.atMs - (sorted[index - 1]?.atMs ?? 0);
    const roomRight = (sorted[index + 1]?.atMs ?? untilMs) - mark.atMs;
    const side = roomRight > ROOM * untilMs ? "right" : roomLeft > ROOM * untilMs ? "left" : "none";
    return { ...mark, key, side };
  });
}
