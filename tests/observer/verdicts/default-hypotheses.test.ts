import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { type DeclaredWorkload, defaultHypotheses } from "../../../observer/verdicts/default-hypotheses.ts";
import { readHypotheses } from "../../../observer/verdicts/read-hypotheses.ts";
import { recordingOf } from "../support/recording-of.ts";

const template = { metadata: {}, spec: { containers: [] } };
const common = { selector: {}, template };
const deployment = (replicas: number, strategy?: NonNullable<V1Deployment["spec"]>["strategy"]) =>
  ({ kind: "Deployment", object: { spec: { ...common, replicas, ...(strategy && { strategy }) } } }) as const;
const statefulSet = (updateStrategy?: NonNullable<V1StatefulSet["spec"]>["updateStrategy"]) => {
  const spec = { ...common, serviceName: "web", replicas: 3, ...(updateStrategy && { updateStrategy }) };
  return { kind: "StatefulSet", object: { spec } } as const;
};
const of = (workloads: readonly DeclaredWorkload[], namesPods = false) =>
  defaultHypotheses({ workloads, change: "change", after: "after", namesPods });

/** Which bounds are claimed. */
const bounds = (...workloads: readonly DeclaredWorkload[]) =>
  of(workloads).flatMap(({ kind }) => (/at-least|at-most/.test(kind) ? [kind] : []));

describe("without any claim", () => {
  test.each([
    [deployment(6), ["ready-at-least", "pods-at-most"]],
    [deployment(6, { type: "Recreate" }), ["pods-at-most"]],
    [statefulSet(), ["ready-at-least", "pods-at-most"]],
    [statefulSet({ type: "OnDelete" }), ["pods-at-most"]],
    [{ kind: "ReplicaSet", object: { spec: { selector: {}, replicas: 3 } } }, []],
    [{ kind: "Pod", object: {} }, []],
  ] as const)("the bounds are claimed that the workload promises: %j", (workload, kinds) => {
    expect(bounds(workload)).toEqual(kinds);
  });

  test("of several workloads, one without a bound leaves out that of all", () => {
    expect(bounds(deployment(6), deployment(2, { type: "Recreate" }))).toEqual(["pods-at-most"]);
    expect(bounds(deployment(6), statefulSet())).toEqual(["ready-at-least", "pods-at-most"]);
    expect(bounds(deployment(6), { kind: "Pod", object: {} })).toEqual([]);
  });

  test("that pods answer only once they are Ready is claimed where answers name their pod", () => {
    const kinds = (namesPods: boolean) => of([deployment(3)], namesPods).map(({ kind }) => kind);
    expect(kinds(false)).not.toContain("not-served-before-ready");
    expect(kinds(true)).toContain("not-served-before-ready");
  });

  test("every hypothesis has an id of its own, and is one that a recording may hold", () => {
    const claimed = of([deployment(3)], true);
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
    expect(readHypotheses({ ...recordingOf([]).header, hypotheses: claimed })).toEqual(claimed);
  });
});
