import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { ending, endingForGood, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const oom: Claim = { kind: "oom-killed", step: "change" };

export const cases: readonly Case[] = [
  held(
    oom,
    "killed and started again",
    { pods: ending("OOMKilled", 137) },
    "(OOMKilled) and started again 1 time in solo-b, first 7.0 s",
  ),
  refuted(oom, "ends by itself", { pods: ending("Error", 134) }, "it ended otherwise: Error, exit code 134"),
  refuted(oom, "killed, but not started again", { pods: endingForGood("OOMKilled") }, "not started again"),
  refuted(oom, "nothing ends", { pods: rolled() }, "No container was killed for its memory."),
  inconclusive(oom, "nothing ends as far as was seen", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(oom, "killed and started again, but a gap elsewhere", {
    pods: ending("OOMKilled", 137),
    extra: [gap("pods", 30_000, 31_000)],
  }),
];
