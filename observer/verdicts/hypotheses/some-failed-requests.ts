import { failuresByCause, sentWithin } from "../../course/queries.ts";
import { duration, list } from "../../words.ts";
import { notOfTheChange } from "../control.ts";
import { thinLoad } from "../enough-load.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, inconclusive, neverSeen } from "../finding.ts";
import { countFailures, failuresText, tooFewToExclude } from "../how-sure.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** Some of the requests that are sent during the step fail, more than in its control. */
export const someFailedRequests = defineKind({
  parameters: { step: STEP },
  sources: ["load"],
  role: "users",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const counted = countFailures(sent);
    const failed = sent.filter((request) => request.failed);
    const sentMs = failed.map((request) => request.sentMs);
    if (failed.length > 0) {
      const overMs = sentMs.reduce((a, b) => Math.max(a, b)) - sentMs.reduce((a, b) => Math.min(a, b));
      const sentence = `${failuresText(counted, list(failuresByCause(failed)))}, within ${duration(overMs)}`;
      const doubtful = notOfTheChange(scene, span, sent, ({ failures }) => failures > 0);
      return doubtful ? inconclusive(`${sentence}, ${doubtful}`, idsOf(failed)) : held(sentence, idsOf(failed));
    }
    const evidence = [span.startedId, ...ends(idsOf(sent)), ...ended(span)];
    return (
      thinLoad(scene, span) ?? tooFewToExclude(counted, scene, evidence) ?? neverSeen(failuresText(counted), evidence)
    );
  },
});
