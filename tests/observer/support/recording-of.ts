import type { Event, Happening, Recording } from "../../../observer/events.ts";
import { sceneOf } from "./scene.ts";
import { STARTED_WALL_MS } from "./synthetic.ts";

/** A recording of the given events, with a header that says nothing. */
export function recordingOf(happenings: readonly (readonly [atMs: number, happening: Happening])[]): Recording {
  const { header } = sceneOf({ kind: "image-not-pulled" }, { pods: [] });
  const events = happenings.map(
    ([atMs, happening], index): Event => ({ id: index + 1, atMs, wallMs: STARTED_WALL_MS + atMs, ...happening }),
  );
  return { header, events };
}
