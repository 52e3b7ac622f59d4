import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, oldPod, replaced, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const apart: Claim = { kind: "never-both-ready", step: "change" };

export const cases: readonly Case[] = [
  held(
    apart,
    "one goes before the other comes",
    { pods: replaced() },
    "The first new pod was Ready 5.0 s after the last old one; 250 of 1,200 requests failed",
  ),
  refuted(apart, "they overlap", { pods: rolled() }, "Old and new pods were Ready together for 2.5 s"),
  refuted(apart, "they overlap, and a gap elsewhere", { pods: rolled(), extra: [gap("pods", 30_000, 31_000)] }),
  inconclusive(
    apart,
    "no new pod is ever Ready",
    { pods: [oldPod("solo-a", { deletionMs: 13_000, goneMs: 16_000 }), newPod("solo-b", 16_200)] },
    "No new pod was Ready",
  ),
  inconclusive(apart, "the watch was lost", { pods: replaced(), extra: [gap("pods", 13_500, 15_000)] }),
];
