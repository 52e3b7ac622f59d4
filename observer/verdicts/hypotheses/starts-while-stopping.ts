import { podsOver } from "../../course/course.ts";
import { overlapOf } from "../../course/levels.ts";
import { podsOf, releasesAround } from "../../course/queries.ts";
import { within } from "../../course/span.ts";
import { duration, figure } from "../../words.ts";
import { held, neverSeen } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** At some instant of the step pods of a new release are pending or starting while pods of an old one terminate. */
export const startsWhileStopping = defineKind({
  parameters: { step: STEP },
  sources: ["pods"],
  role: "question",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const { course } = scene;
    const around = releasesAround(course, span);
    const stopping = podsOver(podsOf(course, around.old), course.endMs, ({ state }) => state === "terminating");
    const starting = podsOver(
      podsOf(course, around.new),
      course.endMs,
      ({ state }) => state === "pending" || state === "starting",
    );
    const overlap = overlapOf(within(stopping, span), within(starting, span), { first: 1, second: 1 });
    if (overlap.totalMs > 0) {
      const { first, second } = overlap.nearest;
      return held(
        `for ${duration(overlap.totalMs)} new pods started while old ones stopped, at one instant ${figure(second)} and ${figure(first)}`,
        overlap.evidence,
      );
    }
    return neverSeen("no new pod started while an old one stopped", overlap.evidence);
  },
});
