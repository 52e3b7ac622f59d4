import { seconds } from "../../plan/phrases.ts";
import type { PlannedFrame, PlannedPods } from "../../plan/rollout-plan.ts";

/** With more pods than this at one instant they are counted, not drawn. */
const MOST_DRAWN = 30;
/** With more instants than this, those in the middle are left out. */
const MOST_ROWS = 16;

const NONE: PlannedPods = { ready: 0, starting: 0, stopping: 0 };

/**
 * The course of a change, one line an instant and one column a release: `■` a Ready pod, `□` one that is not Ready yet, `×` one that
 * was told to stop.
 *
 *     at     web:1.0   web:1.1
 *     0 s    ■■■■
 *     0 s    ■■■×      □□
 *     50 s   ■××       ■■□□
 */
export function courseLines(frames: readonly PlannedFrame[]): readonly string[] {
  const releases = [...new Set(frames.flatMap(({ pods }) => Object.keys(pods)))];
  if (frames.length < 2 || releases.length === 0) return [];
  const most = Math.max(...frames.flatMap(({ pods }) => Object.values(pods).map(total)));
  const cell = most > MOST_DRAWN ? counted : drawn;
  const rows = frames.map(({ atMs, pods }) => [
    seconds(atMs),
    ...releases.map((release) => cell(pods[release] ?? NONE)),
  ]);
  const shown = [["at", ...releases], ...rows];
  const widths = shown[0]?.map((_, column) => Math.max(...shown.map((row) => (row[column] ?? "").length))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd();
  const lines = shown.map(line);
  const key = most > MOST_DRAWN ? [] : ["■ ready   □ starting   × stopping"];
  return [...withoutMiddle(lines), ...key];
}

function withoutMiddle(lines: readonly string[]): readonly string[] {
  const left = lines.length - 1 - MOST_ROWS;
  if (left <= 1) return lines;
  const head = MOST_ROWS / 2 + 1;
  return [...lines.slice(0, head), `… ${left} more instants`, ...lines.slice(head + left)];
}

const total = ({ ready, starting, stopping }: PlannedPods): number => ready + starting + stopping;

const drawn = ({ ready, starting, stopping }: PlannedPods): string =>
  "■".repeat(ready) + "□".repeat(starting) + "×".repeat(stopping);

function counted(pods: PlannedPods): string {
  const parts = (["ready", "starting", "stopping"] as const).filter((state) => pods[state] > 0);
  return parts.map((state) => `${pods[state]} ${state}`).join(", ");
}
