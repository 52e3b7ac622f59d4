import { failuresByCause, sentWithin } from "../../course/queries.ts";
import { count, duration, figure, list } from "../../words.ts";
import { thinLoad } from "../enough-load.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, neverSeen } from "../finding.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** Some of the requests that are sent during the step fail. */
export const someFailedRequests = defineKind({
  parameters: { step: STEP },
  sources: ["load"],
  role: "users",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const failed = sent.filter((request) => request.failed);
    const sentMs = failed.map((request) => request.sentMs);
    if (failed.length > 0) {
      const overMs = sentMs.reduce((a, b) => Math.max(a, b)) - sentMs.reduce((a, b) => Math.min(a, b));
      return held(
        `${figure(failed.length)} of ${count(sent.length, "request")} failed within ${duration(overMs)} (${list(failuresByCause(failed))})`,
        idsOf(failed),
      );
    }
    return (
      thinLoad(scene, span) ??
      neverSeen(`none of ${count(sent.length, "request")} failed`, [
        span.startedId,
        ...ends(idsOf(sent)),
        ...ended(span),
      ])
    );
  },
});
