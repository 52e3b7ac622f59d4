import { lowest, overlapOf } from "../../course/levels.ts";
import { readyOldAndNew } from "../../course/queries.ts";
import { within } from "../../course/span.ts";
import { count, duration, figure } from "../../words.ts";
import { failuresIn } from "../enough-load.ts";
import { held, neverSeen } from "../finding.ts";
import { COUNT, defineKind, STEP, stepOf } from "../kind.ts";

/** At some instant of the step at least `old` pods of old releases and at least `new` pods of new ones are Ready at once. */
export const allReadyTogether = defineKind({
  parameters: { step: STEP, old: COUNT, new: COUNT },
  sources: ["pods"],
  role: "question",
  decide: ({ step, old, new: wanted }, scene) => {
    const span = stepOf(scene, step);
    const overlap = overlapOf(...readyOldAndNew(scene.course, span), { first: old, second: wanted });
    const both = `${old} old and ${count(wanted, "new pod")} were`;
    const fewest = lowest(within(scene.course.counts.ready, span))?.value ?? 0;
    if (overlap.totalMs > 0) {
      return held(
        `${both} Ready together for ${duration(overlap.totalMs)}; fewest ready ${figure(fewest)}${failuresIn(scene, span)}`,
        overlap.evidence,
      );
    }
    const { first, second } = overlap.nearest;
    return neverSeen(
      `${both} never Ready together; at best ${figure(first)} old and ${figure(second)} new`,
      overlap.evidence,
    );
  },
});
