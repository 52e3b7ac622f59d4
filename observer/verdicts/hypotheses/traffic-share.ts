import { answered, sentWithin } from "../../course/queries.ts";
import { count, figure, percent } from "../../words.ts";
import { ended, ends, idsOf } from "../evidence.ts";
import { held, inconclusive, neverSeen } from "../finding.ts";
import { boundsText } from "../how-sure.ts";
import { defineKind, RELEASE, SHARE, STEP, stepOf } from "../kind.ts";

/** With fewer answers the hypothesis is inconclusive: 100 answers give a share to about 0.1. */
const LEAST_SHARED_ANSWERS = 100;

/**
 * Of the answers on fresh connections, the share `share` (0..1) comes from `release`, give or take `tolerance`. Answers count
 * from the end of the step's operation on, when its pods exist. Kept connections do not count, as each stays with the pod to
 * which it was opened.
 */
export const trafficShare = defineKind({
  parameters: { step: STEP, release: RELEASE, share: SHARE, tolerance: SHARE },
  sources: ["load"],
  role: "question",
  decide: ({ step, release, share, tolerance }, scene) => {
    const span = stepOf(scene, step);
    const after = { fromMs: span.operationUntilMs, untilMs: span.untilMs };
    const answers = answered(sentWithin(scene.course, after)).filter((answer) => answer.release !== undefined);
    const [fresh, kept] = [answers.filter(isFresh), answers.filter((answer) => !isFresh(answer))];
    const evidence = [...ends(idsOf(fresh)), ...ended(span)];
    if (fresh.length < LEAST_SHARED_ANSWERS) {
      return inconclusive(
        `only ${count(fresh.length, "answer")} of at least ${LEAST_SHARED_ANSWERS} came on fresh connections after the change was done`,
        evidence,
      );
    }
    const ownShare = (of: typeof answers) => of.filter((answer) => answer.release === release).length / of.length;
    const observed = ownShare(fresh);
    const others = kept.length > 0 ? `; of ${figure(kept.length)} on kept connections ${percent(ownShare(kept))}` : "";
    const from = fresh.filter((answer) => answer.release === release).length;
    const bounds = boundsText({ failures: from, requests: fresh.length });
    const sentence = `${percent(observed)} of ${count(fresh.length, "answer")} on fresh connections after the change came from ${release} (${bounds}), ${percent(share)} give or take ${percent(tolerance)} were claimed${others}`;
    return Math.abs(observed - share) <= tolerance ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
});

const isFresh = ({ connection }: { readonly connection: string }): boolean => connection === "fresh";
