import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod, rolled } from "../../support/pods.ts";
import { CHANGE, type Claim } from "../../support/scene.ts";

const share: Claim = { kind: "traffic-share", step: "change", release: "v2", share: 1 / 3, tolerance: 0.1 };

const canary = [
  ...["a", "b", "c", "d"].map((name) => oldPod(`web-old-${name}`)),
  newPod("web-new-a", 13_000, 15_000),
  newPod("web-new-b", 13_000, 15_200),
];

export const cases: readonly Case[] = [
  held(share, "two of six pods get a third", { pods: canary }, "33.3 % give or take 10.0 %"),
  held(
    share,
    "kept connections stay with the old pods",
    { pods: canary, load: { fromMs: 3000, untilMs: CHANGE.untilMs, keptWith: "v1" } },
    "of 300 on kept connections 0.0 %",
  ),
  refuted(share, "all pods are new", { pods: rolled() }, "100.0 % of 300 answers"),
  inconclusive(
    share,
    "too few answers after the change",
    { pods: canary, change: { operationMs: 23_000 } },
    "Only 25 answers",
  ),
];
