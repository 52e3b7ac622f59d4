import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod, rolled, stayed } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, lateGap } from "../../support/told.ts";

const old: Claim = { kind: "pods-by-release", step: "change", pods: { v1: 2 }, survivors: 2 };
const young: Claim = { kind: "pods-by-release", step: "change", pods: { v2: 2 }, survivors: 0 };

export const cases: readonly Case[] = [
  held(
    old,
    "the survivors stay old",
    { pods: [...stayed(), oldPod("web-old-c", { deletionMs: 13_000, goneMs: 19_000 })] },
    "Pulumi says updated to v2, 2 pods still run v1, 2 of them from before.",
  ),
  held(
    { ...old, pods: { v1: 1 }, survivors: 1 },
    "a single survivor stays old",
    { pods: stayed().slice(1) },
    "Pulumi says updated to v2, 1 pod still runs v1, from before.",
  ),
  held(
    { ...young, pods: { v2: 1 } },
    "a single new one",
    { pods: rolled().slice(0, 3) },
    "Pulumi says updated to v2, 1 pod runs v2, not from before.",
  ),
  refuted(old, "all go", { pods: rolled().slice(0, 2) }, "no pod runs; claimed: 2 pods run v1, 2 from before."),
  held(old, "the others go without being seen to terminate", {
    pods: [...stayed(), oldPod("web-old-c", { goneMs: 15_000 })],
  }),
  refuted(
    old,
    "they are replaced",
    { pods: rolled() },
    "2 pods run v2, 0 of them from before; claimed: 2 pods run v1, 2 from before",
  ),
  refuted(young, "two still run v1", { pods: stayed() }, "Pulumi says updated to v2, 2 pods still run v1"),
  held(young, "two new ones", { pods: rolled() }),
  refuted(
    young,
    "one is not Ready",
    { pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)] },
    "1 more pod is not Ready",
  ),
  inconclusive(young, "a gap", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(old, "they are replaced, but maybe before the step", {
    pods: rolled(),
    extra: [lateGap("pods", 11_000, 14_000)],
  }),
  refuted(old, "they are replaced, and a watch was late in between", {
    pods: rolled(),
    extra: [lateGap("pods", 16_000, 20_000)],
  }),
  inconclusive(young, "another pod, but the step was interrupted", {
    pods: stayed(),
    change: { outcome: "interrupted" },
  }),
];
