import { overlapOf } from "../../course/levels.ts";
import { readyOldAndNew } from "../../course/queries.ts";
import { duration } from "../../words.ts";
import { failuresIn } from "../enough-load.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** At no instant of the step are pods of old and of new releases Ready at once. */
export const neverBothReady = defineKind({
  parameters: { step: STEP },
  sources: ["pods"],
  role: "question",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const [old, next] = readyOldAndNew(scene.course, span);
    const overlap = overlapOf(old, next, { first: 1, second: 1 });
    if (overlap.totalMs > 0) {
      return refuted(`old and new pods were Ready together for ${duration(overlap.totalMs)}`, overlap.evidence);
    }
    const lastOld = old.findLast(({ value }) => value > 0);
    const firstNew = next.find(({ value }) => value > 0);
    if (!lastOld || !firstNew)
      return inconclusive(`no ${lastOld ? "new" : "old"} pod was Ready in the step`, [span.startedId]);
    const after = old[old.indexOf(lastOld) + 1];
    return held(
      `the first new pod was Ready ${duration(firstNew.fromMs - lastOld.untilMs)} after the last old one${failuresIn(scene, span)}`,
      [...(after?.eventIds ?? lastOld.eventIds), ...firstNew.eventIds],
    );
  },
});
