import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { ending, endingForGood, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const calm: Claim = { kind: "no-restarts", step: "change" };

export const cases: readonly Case[] = [
  held(calm, "nothing restarts", { pods: rolled() }, "0 restarts of 4 pods"),
  refuted(calm, "one restarts", { pods: ending("Error", 1) }, "1 restart (Error, exit code 1)"),
  refuted(calm, "one restarts, and a gap elsewhere", {
    pods: ending("Error", 1),
    extra: [gap("pods", 30_000, 31_000)],
  }),
  inconclusive(
    calm,
    "one has ended at the step's end",
    { pods: endingForGood("Error") },
    "was not started again by the step's end",
  ),
  inconclusive(calm, "nothing restarts as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(calm, "nothing runs", { pods: [] }),
];
