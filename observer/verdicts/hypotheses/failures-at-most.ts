import Type from "typebox";
import { failuresByCause, sentWithin } from "../../course/queries.ts";
import { requestsToExclude, shareInterval } from "../../share-interval.ts";
import { count, figure, list, smallPercent } from "../../words.ts";
import { notOfTheChange } from "../control.ts";
import { thinLoad } from "../enough-load.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { boundsText, confidenceText, countFailures } from "../how-sure.ts";
import { defineKind, SHARE, STEP, stepOf } from "../kind.ts";

/** A confidence, 0.5 or more and less than 1. */
const CONFIDENCE_ASKED = Type.Number({ minimum: 0.5, exclusiveMaximum: 1 });

/**
 * At most `share` of the requests fail, with `confidence`. It is held where the numbers exclude a larger share, and refuted where
 * they exclude this one and every smaller one.
 *
 * Example with a share of 1 % at 95 %: 0 of 299 requests hold it (at most 0.997 %), 40 of 2,500 refute it (1.21 % to 2.08 %), and
 * 20 of 2,500 leave it open (0.53 % to 1.16 %).
 */
export const failuresAtMost = defineKind({
  parameters: { step: STEP, share: SHARE, confidence: CONFIDENCE_ASKED },
  sources: ["load"],
  role: "users",
  decide: ({ step, share, confidence }, scene) => {
    const span = stepOf(scene, step);
    const sent = sentWithin(scene.course, span);
    const failed = sent.filter((request) => request.failed);
    const counted = countFailures(sent);
    const { least, most } = shareInterval(counted, confidence);
    const causes = failed.length > 0 ? ` (${list(failuresByCause(failed))})` : "";
    const sentence = `${figure(failed.length)} of ${count(sent.length, "request")} failed${causes}: ${boundsText(counted, confidence)}, at most ${smallPercent(share)} was claimed`;
    if (least > share) {
      const doubtful = notOfTheChange(scene, span, sent, (some) => shareInterval(some, confidence).least > share);
      return doubtful ? inconclusive(`${sentence}, ${doubtful}`, idsOf(failed)) : refuted(sentence, idsOf(failed));
    }
    const evidence = [span.startedId, ...(failed.length > 0 ? idsOf(failed) : ends(idsOf(sent))), ...ended(span)];
    const thin = thinLoad(scene, span);
    if (thin) return thin;
    if (most <= share) return held(sentence, evidence);
    const needed = requestsToExclude(share, confidence, counted.failures);
    const missing = Number.isFinite(needed)
      ? `if no more fail, ${count(needed - sent.length, "request")} more would show it at ${confidenceText(confidence)}`
      : "no number of requests shows it";
    return inconclusive(`${sentence}; ${missing}`, evidence);
  },
});
