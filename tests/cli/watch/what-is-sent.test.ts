import { describe, expect, test } from "vitest";
import { hypothesesOf } from "../../../cli/watch/what-is-sent.ts";
import { UserError } from "../../../common/user-error.ts";
import type { DeclaredWorkload } from "../../../observer/verdicts/default-hypotheses.ts";
import { parseHypotheses } from "../../../observer/verdicts/hypotheses-file.ts";

const own = (text: string) => parseHypotheses(text, "own.yaml", ["before", "change", "after"]);
const template = { metadata: {}, spec: { containers: [] } };
const web: DeclaredWorkload = {
  kind: "Deployment",
  object: { metadata: { name: "web" }, spec: { selector: {}, replicas: 3, template } },
};
const extra: DeclaredWorkload = {
  kind: "ReplicaSet",
  object: { metadata: { name: "extra" }, spec: { selector: {}, replicas: 2 } },
};

describe("own hypotheses that leave the number of pods to the workloads", () => {
  test.each(["ready-at-least", "pods-at-most"])("%s is refused where one workload promises none", (kind) => {
    const told = () => hypothesesOf(own(`[{ kind: ${kind}, step: change }]`), [web, extra], false);
    expect(told).toThrow(UserError);
    expect(told).toThrow(`got ${kind}-change without pods, but ReplicaSet extra promises no number of them`);
  });

  test("are taken where all promise one, and where they say a number", () => {
    const kinds = (text: string, workloads: readonly DeclaredWorkload[]) =>
      hypothesesOf(own(text), workloads, false).flatMap(({ id }) => (id.endsWith("-change") ? [id] : []));
    expect(kinds("[{ kind: ready-at-least, step: change }]", [web])).toEqual(["ready-at-least-change"]);
    expect(kinds("[{ kind: ready-at-least, step: change, pods: 4 }]", [web, extra])).toEqual(["ready-at-least-change"]);
  });
});
