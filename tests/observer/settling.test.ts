import { describe, expect, test } from "vitest";
import type { ContainerState, OwnerSeen, PodSeen } from "../../observer/events.ts";
import { unsettled } from "../../observer/settling.ts";
import { ownerSeen } from "./support/owner-seen.ts";
import { podSeen, runningContainer } from "./support/pod-seen.ts";

const owned = (name: string, more: Partial<PodSeen> = {}) => podSeen(name, { owner: "web-7f", ...more });
const pods = [owned("a"), owned("b")];
const of = (more: Partial<OwnerSeen>, there: readonly PodSeen[] = pods) =>
  unsettled({ owners: [ownerSeen("web", more)], pods: there });
const waiting = (reason: string): ContainerState => ({ ...runningContainer, state: "waiting", ready: false, reason });

describe("workloads have settled", () => {
  test("when all that is wanted is new and available, and nothing else is left", () => {
    expect(of({})).toEqual([]);
    expect(of({ kind: "ReplicaSet", updatedReplicas: 0 })).toEqual([]);
    expect(unsettled({ owners: [], pods: [podSeen("solo")] })).toEqual([]);
    expect(of({ wanted: 0, replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, [])).toEqual([]);
  });

  test("though a pod that was evicted is still there", () => {
    expect(of({}, [...pods, owned("evicted", { phase: "Failed", ready: false })])).toEqual([]);
  });

  test("when a StatefulSet has brought as many pods to the newest template as it is to", () => {
    const held = { kind: "StatefulSet", toUpdate: 1 } as const;
    expect(of({ ...held, updatedReplicas: 1 })).toEqual([]);
    expect(of({ ...held, updatedReplicas: 0 })).toEqual(["StatefulSet web has 0 of 1 pod of its newest template"]);
  });
});

describe("workloads have not settled, because", () => {
  test.each([
    [{ observedGeneration: 1 }, pods, ["Deployment web has a change that its controller has not seen"]],
    [{ updatedReplicas: 1 }, pods, ["Deployment web has 1 of 2 pods of its newest template"]],
    [{ replicas: 3 }, pods, ["Deployment web has 3 pods instead of 2"]],
    [{ availableReplicas: 1 }, pods, ["Deployment web has 1 of 2 pods available"]],
    [
      { availableReplicas: 1, troubles: ["Progressing: ProgressDeadlineExceeded"] },
      pods,
      ["Deployment web has 1 of 2 pods available", "Deployment web: Progressing: ProgressDeadlineExceeded"],
    ],
    [{}, [...pods, owned("old", { deletionAtMs: 5 })], ["pod old still terminates"]],
    [
      {},
      [...pods, owned("new", { image: "web:none", containers: [waiting("ErrImagePull")] })],
      ["pod new waits: ErrImagePull (web:none)"],
    ],
    [{}, [...pods, owned("new", { containers: [waiting("CrashLoopBackOff")] })], ["pod new waits: CrashLoopBackOff"]],
    [{}, [...pods, owned("new", { containers: [waiting("ContainerCreating")] })], []],
  ] satisfies [Partial<OwnerSeen>, readonly PodSeen[], string[]][])("%j", (more, there, reasons) => {
    expect(of(more, there)).toEqual(reasons);
  });

  test("a bare Pod is not Ready, or is not there", () => {
    expect(unsettled({ owners: [], pods: [podSeen("solo", { ready: false })] })).toEqual(["pod solo is not Ready"]);
    expect(unsettled({ owners: [], pods: [] })).toEqual(["no pod is there"]);
  });
});
