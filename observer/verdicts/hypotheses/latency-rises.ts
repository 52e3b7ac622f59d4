import { afterReplacement, answered, sentWithin } from "../../course/queries.ts";
import { median } from "../../statistics.ts";
import { count, duration, figure } from "../../words.ts";
import { LEAST_REQUESTS } from "../enough-load.ts";
import { ends, idsOf } from "../evidence.ts";
import { held, inconclusive, neverSeen } from "../finding.ts";
import { defineKind, NOT_NEGATIVE, STEP, stepOf } from "../kind.ts";

/**
 * The median latency of the step is at least `factor` times that of the step `comparedTo`. Only answers with success count, since
 * a refused connection fails quickly. Answers count from when the step has replaced the pods of the step before.
 */
export const latencyRises = defineKind({
  parameters: { step: STEP, comparedTo: STEP, factor: NOT_NEGATIVE },
  sources: ["load", "pods"],
  role: "question",
  decide: ({ step, comparedTo, factor }, scene) => {
    const { course } = scene;
    const [now, before] = [step, comparedTo].map((id) =>
      answered(sentWithin(course, afterReplacement(course, stepOf(scene, id)))),
    ) as [ReturnType<typeof answered>, ReturnType<typeof answered>];
    const evidence = [...ends(idsOf(before)), ...ends(idsOf(now))];
    if (Math.min(now.length, before.length) < LEAST_REQUESTS) {
      const counts = `${count(before.length, "answer")} in ${comparedTo} and ${figure(now.length)} in ${step}`;
      return inconclusive(`only ${counts}, at least ${LEAST_REQUESTS} are needed of each`, evidence);
    }
    const medians = [before, now].map((answers) => median(answers.map(({ latencyMs }) => latencyMs))) as [
      number,
      number,
    ];
    const rise = medians[1] / medians[0];
    const sentence = `the median latency went from ${duration(medians[0])} to ${duration(medians[1])}, ${rise.toFixed(1)} times as much (${figure(before.length)} and ${count(now.length, "answer")})`;
    return rise >= factor ? held(sentence, evidence) : neverSeen(sentence, evidence);
  },
});
