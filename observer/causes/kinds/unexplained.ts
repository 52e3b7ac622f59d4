import { causeOf } from "../../course/requests.ts";
import type { CauseKind, Explanation } from "../cause.ts";
import type { Failure } from "../failures.ts";

/** What is left: no other cause has anything that speaks for it. It is told as such, and never hidden in another number. */
export const unexplainedAs = (failure: Failure): Explanation => ({
  certainty: "inferred",
  because: `nothing in the recording explains it: ${causeOf(failure) ?? "no answer"} after ${Math.round(failure.lifeMs)} ms`,
  evidence: [],
  way: causeOf(failure) ?? "no answer",
});

export const unexplained: CauseKind = {
  name: "unexplained",
  title: "unexplained",
  line: ({ members }) =>
    `unexplained (${[...new Set(members.map(({ explanation }) => explanation.way))].join(", ")}): nothing in the recording speaks for a cause`,
  remedy: () => ({ cover: "the pods' own logs of that time may say more" }),
};
