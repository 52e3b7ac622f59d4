import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const ready: Claim = { kind: "pods-ready", step: "change", pods: 2, withinMs: 4000 };
const late = [...rolled().slice(0, 3), newPod("web-new-b", 17_200, 24_000)];

export const cases: readonly Case[] = [
  held(ready, "two in time", { pods: rolled() }, "2 pods Ready, the slowest 3.5 s after its creation"),
  held({ ...ready, pods: 1 }, "one in time", { pods: rolled().slice(0, 3) }, "1 pod Ready, 3.5 s after its creation."),
  refuted({ ...ready, pods: 1 }, "one too many", { pods: rolled() }, "At the end 2 pods are Ready, 1 was claimed"),
  refuted(ready, "one too late", { pods: late }, "Ready later than 4.0 s after creation: web-new-b after 6.8 s"),
  refuted(
    ready,
    "one never",
    { pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)] },
    "At the end 1 pod is Ready, 2 were claimed (web-new-b starting)",
  ),
  refuted(ready, "one never, and a gap before the end", {
    pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)],
    extra: [gap("pods")],
  }),
  inconclusive(ready, "one not by a gap that goes on to the end", {
    pods: [...rolled().slice(0, 3), newPod("web-new-b", 17_200)],
    extra: [gap("pods", 30_000, 36_000)],
  }),
  inconclusive(ready, "two in time, but a gap", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(ready, "the step was interrupted", { pods: late.slice(0, 3), change: { outcome: "interrupted" } }),
];
