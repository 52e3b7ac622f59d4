import type { Event, Happening, Recording } from "../../../observer/events.ts";
import { sceneOf } from "../verdicts/cases/scene.ts";

/** When the recordings begin. */
export const WALL_MS = Date.UTC(2026, 2, 14, 9, 30, 0);

/** A recording of these events alone. */
export function recordingOf(happenings: readonly (readonly [atMs: number, happening: Happening])[]): Recording {
  const { header } = sceneOf({ kind: "image-not-pulled" }, { pods: [] });
  const events = happenings.map(
    ([atMs, happening], index): Event => ({ id: index + 1, atMs, wallMs: WALL_MS + atMs, ...happening }),
  );
  return { header, events };
}
