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

/** The bounds that are claimed: Ready at least, and pods at most. */
const bounds = (...workloads: readonly DeclaredWorkload[]) => {
  const claimed = of(workloads);
  const pods = (kind: string) => claimed.flatMap((one) => (one.kind === kind && "pods" in one ? [one.pods] : []))[0];
  return [pods("ready-at-least"), pods("pods-at-most")];
};

describe("without any claim", () => {
  test.each([
    [deployment(3, { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }), 3, 4],
    [deployment(6), 5, 8],
    [deployment(6, { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } }), 5, 6],
    [deployment(1, { rollingUpdate: { maxUnavailable: 3, maxSurge: "100%" } }), 0, 2],
    [deployment(6, { type: "Recreate" }), undefined, 6],
    [statefulSet(), 2, 3],
    [statefulSet({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: "40%" } }), 1, 3],
    [statefulSet({ type: "OnDelete" }), undefined, 3],
    [{ kind: "ReplicaSet", object: { spec: { selector: {}, replicas: 3 } } }, undefined, undefined],
    [{ kind: "Pod", object: {} }, undefined, undefined],
  ] as const)("the bounds follow from the workload: %j", (workload, ready, pods) => {
    expect(bounds(workload)).toEqual([ready, pods]);
  });

  test("the bounds of several workloads are added up, and one without leaves out those of all", () => {
    expect(bounds(deployment(6), deployment(2, { type: "Recreate" }))).toEqual([undefined, 10]);
    expect(bounds(deployment(6), statefulSet())).toEqual([7, 11]);
    expect(bounds(deployment(6), { kind: "Pod", object: {} })).toEqual([undefined, undefined]);
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
