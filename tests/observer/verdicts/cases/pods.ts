import { type Case, type Claim, gap, holds, lateGap, leavesOpen, newPod, oldPod, refutes, rolled } from "./scene.ts";

const ready: Claim = { kind: "pods-ready", step: "change", pods: 2, withinMs: 4000 };
const old: Claim = { kind: "pods-by-release", step: "change", pods: { v1: 2 }, survivors: 2 };
const young: Claim = { kind: "pods-by-release", step: "change", pods: { v2: 2 }, survivors: 0 };
const rolls: Claim = { kind: "config-rolls-pods", step: "change" };

const stayed = () => [oldPod("web-old-a"), oldPod("web-old-b")];
const late = [...rolled().slice(0, 3), newPod("web-new-b", 17_200, 24_000)];

/** Same release before and after. */
const rolledConfig = () => rolled().map((pod) => ({ ...pod, release: "v1" }));

/** Hypotheses about which pods there are at a step's end. */
export const podCases: readonly Case[] = [
  holds(ready, "two in time", { pods: rolled() }, "2 pods Ready, the slowest 3.5 s after its creation"),
  refutes(ready, "one too late", { pods: late }, "Ready later than 4.0 s after creation: web-new-b after 6.8 s"),
  refutes(
    ready,
    "one never",
    { pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)] },
    "At the end 1 pod is Ready, 2 were claimed (web-new-b starting)",
  ),
  refutes(ready, "one never, and a gap before the end", {
    pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)],
    extra: [gap("pods")],
  }),
  leavesOpen(ready, "one not by a gap that goes on to the end", {
    pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)],
    extra: [gap("pods", 30_000, 36_000)],
  }),
  leavesOpen(ready, "two in time, but a gap", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(ready, "the step was interrupted", { pods: late.slice(0, 3), change: { outcome: "interrupted" } }),
  holds(
    old,
    "the survivors stay old",
    { pods: [...stayed(), oldPod("web-old-c", { deletionMs: 13_000, goneMs: 19_000 })] },
    "Pulumi says updated to v2, 2 pods still run v1, 2 of them from before.",
  ),
  holds(old, "the others go without being seen to terminate", {
    pods: [...stayed(), oldPod("web-old-c", { goneMs: 15_000 })],
  }),
  refutes(
    old,
    "they are replaced",
    { pods: rolled() },
    "2 pods run v2, 0 of them from before; claimed: 2 pods run v1, 2 from before",
  ),
  refutes(young, "two still run v1", { pods: stayed() }, "Pulumi says updated to v2, 2 pods still run v1"),
  holds(young, "two new ones", { pods: rolled() }),
  refutes(
    young,
    "one is not Ready",
    { pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)] },
    "1 more pod is not Ready",
  ),
  leavesOpen(young, "a gap", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(old, "they are replaced, but maybe before the step", {
    pods: rolled(),
    extra: [lateGap("pods", 11_000, 14_000)],
  }),
  refutes(old, "they are replaced, and a watch was late in between", {
    pods: rolled(),
    extra: [lateGap("pods", 16_000, 20_000)],
  }),
  leavesOpen(young, "another pod, but the step was interrupted", {
    pods: stayed(),
    change: { outcome: "interrupted" },
  }),
  holds(
    rolls,
    "all are replaced",
    { pods: rolledConfig() },
    "2 pods were replaced by 2 of the same release, 2 of them Ready",
  ),
  refutes(rolls, "all stay", { pods: stayed() }, "2 of 2 pods stayed as they were"),
  refutes(rolls, "another release comes", { pods: rolled() }, "2 pods came with another release, v2"),
  leavesOpen(rolls, "a gap", { pods: rolledConfig(), extra: [gap("pods")] }),
  leavesOpen(rolls, "nothing was there before", { pods: rolledConfig().slice(2) }),
];
