import { failuresByCause, sentWithin } from "../../course/queries.ts";
import { count, duration, figure, list } from "../../words.ts";
import { thinLoad } from "../enough-load.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, refuted } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** No request that was sent during the step failed. */
export const noFailedRequests = defineKind({
  parameters: { step: STEP },
  sources: ["load"],
  role: "users",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const failed = sent.filter((request) => request.failed);
    const [first] = failed;
    if (first) {
      return refuted(
        `${figure(failed.length)} of ${count(sent.length, "request")} failed (${list(failuresByCause(failed))}), the first ${duration(first.sentMs - span.fromMs)} after the step began`,
        idsOf(failed),
      );
    }
    return (
      thinLoad(scene, span) ??
      held(`0 of ${count(sent.length, "request")} failed`, [span.startedId, ...ends(idsOf(sent)), ...ended(span)])
    );
  },
});
