import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, rolled, surged } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const together = (old: number, young: number): Claim => ({
  kind: "all-ready-together",
  step: "change",
  old,
  new: young,
});

export const cases: readonly Case[] = [
  held(
    together(2, 2),
    "all four",
    { pods: surged() },
    "2 old and 2 new pods were Ready together for 4.2 s; fewest ready 2; 0 of 1,200 requests failed: at most 0.25 % at 95 %.",
  ),
  held(together(1, 1), "two", { pods: surged().slice(1, 3) }, "1 old and 1 new pod were Ready together for 4.6 s"),
  refuted(together(2, 2), "never all four", { pods: rolled() }, "at best 2 old and 1 new"),
  refuted(together(2, 2), "all four for no time", {
    pods: [...surged().slice(0, 3), newPod("web-new-b", 13_000, 20_600)],
  }),
  inconclusive(together(2, 2), "never all four, but a gap may hide it", {
    pods: rolled(),
    extra: [gap("pods", 17_000, 17_400)],
  }),
  inconclusive(together(2, 2), "all four, but a gap elsewhere", {
    pods: surged(),
    extra: [gap("pods", 30_000, 31_000)],
  }),
  inconclusive(together(2, 2), "never all four before the interruption", {
    pods: rolled(),
    change: { outcome: "interrupted" },
  }),
];
