import { answered } from "../../course/queries.ts";
import { all, count, figure, list } from "../../words.ts";
import { LEAST_REQUESTS } from "../enough-load.ts";
import { ends, idsOf } from "../evidence.ts";
import { held, inconclusive, refuted } from "../finding.ts";
import { defineKind, NOT_NEGATIVE } from "../kind.ts";

/** Every answer that the observer could check equals that of its release's model, give or take `maxAbsoluteDifference`. */
export const answersEqualModel = defineKind({
  parameters: { maxAbsoluteDifference: NOT_NEGATIVE },
  sources: ["load"],
  role: "question",
  whateverTheCpu: true,
  decide: ({ maxAbsoluteDifference }, { course }) => {
    const answers = answered(course.requests);
    const checked = answers.filter(({ correct, difference }) => correct !== undefined || difference !== undefined);
    const wrong = checked.filter(
      ({ correct, difference = 0 }) => correct === false || difference > maxAbsoluteDifference,
    );
    const differences = checked.flatMap(({ difference }) => difference ?? []);
    const largest = differences.reduce((a, b) => Math.max(a, b), 0);
    const detail = differences.length > 0 ? `; largest difference ${largest.toExponential(1)}` : "";
    if (wrong.length > 0) {
      return refuted(
        `${figure(wrong.length)} of ${count(checked.length, "answer")} ${wrong.length === 1 ? "is" : "are"} not the model's own${detail}`,
        idsOf(wrong),
      );
    }
    if (checked.length < LEAST_REQUESTS) {
      return inconclusive(
        `only ${count(checked.length, "answer")} of at least ${LEAST_REQUESTS} could be checked`,
        idsOf(checked),
      );
    }
    const by = [...Map.groupBy(checked, ({ release }) => release ?? "unknown")].map(
      ([release, ofRelease]) => `${figure(ofRelease.length)} of ${release}`,
    );
    return held(`${all(checked.length, "answer")} (${list(by)}) equal the model's own${detail}`, ends(idsOf(checked)));
  },
});
