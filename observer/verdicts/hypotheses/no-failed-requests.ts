import { failuresByCause, sentWithin } from "../../course/queries.ts";
import { duration, list } from "../../words.ts";
import { notOfTheChange } from "../control.ts";
import { thinLoad } from "../enough-load.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { countFailures, failuresText, tooFewToExclude } from "../how-sure.ts";
import { defineKind, STEP, stepOf } from "../kind.ts";

/** No request that was sent during the step failed, and they suffice to exclude a larger share than the recording's `atMostShare`. */
export const noFailedRequests = defineKind({
  parameters: { step: STEP },
  sources: ["load"],
  role: "users",
  decide: ({ step }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const counted = countFailures(sent);
    const failed = sent.filter((request) => request.failed);
    const [first] = failed;
    if (first) {
      const sentence = `${failuresText(counted, list(failuresByCause(failed)))}, the first ${duration(first.sentMs - span.fromMs)} after the step began`;
      const doubtful = notOfTheChange(scene, span, sent, ({ failures }) => failures > 0);
      return doubtful ? inconclusive(`${sentence}, ${doubtful}`, idsOf(failed)) : refuted(sentence, idsOf(failed));
    }
    const evidence = [span.startedId, ...ends(idsOf(sent)), ...ended(span)];
    return thinLoad(scene, span) ?? tooFewToExclude(counted, scene, evidence) ?? held(failuresText(counted), evidence);
  },
});
