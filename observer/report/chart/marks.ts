import { dot, type Markish, text } from "@observablehq/plot";
import type { Lane, LaneMark } from "./data.ts";
import { INK } from "./style.ts";

type Placed = LaneMark & { readonly key: string; readonly side: "left" | "right" | "none" };

/** Room that a label needs beside its mark, as a share of the time axis. */
const ROOM = 0.045;

/** Ends of containers with a label beside them where there is room, and restarts as triangles above. */
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
