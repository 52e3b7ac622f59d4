import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod, rolled } from "../../support/pods.ts";
import { CHANGE, type Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const slower: Claim = { kind: "latency-rises", step: "change", comparedTo: "deploy", factor: 2 };

/** Pods whose answers take about 100 ms longer in the median. */
const slow = rolled().map((pod) => (pod.release === "v2" ? { ...pod, slowMs: 200 } : pod));

export const cases: readonly Case[] = [
  held(slower, "new pods are slow", { pods: slow }, "times as much"),
  held(
    slower,
    "the new pod is slow, and most answers come from the old one before it goes",
    {
      pods: [
        oldPod("solo-a", { deletionMs: 27_000, goneMs: 28_000 }),
        { ...newPod("solo-b", 28_200, 29_000), slowMs: 200 },
      ],
    },
    "times as much",
  ),
  refuted(slower, "new pods are as quick", { pods: rolled() }),
  inconclusive(
    slower,
    "the other step had no load",
    { pods: slow, load: { fromMs: 12_000, untilMs: CHANGE.untilMs } },
    "Only 0 answers in deploy",
  ),
  inconclusive(slower, "the sender was held up in the other step", { pods: slow, extra: [gap("load", 8000, 9000)] }),
];
