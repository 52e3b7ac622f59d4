import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { answer, request } from "../../support/told.ts";

const equal: Claim = { kind: "answers-equal-model", maxAbsoluteDifference: 1e-6 };

export const cases: readonly Case[] = [
  held(equal, "all answers equal", { pods: rolled() }, "largest difference 2.0e-8"),
  refuted(
    equal,
    "one answer is off",
    { pods: rolled(), extra: [request(20_000, { ...answer, difference: 1e-3 })] },
    "1 of",
  ),
  refuted(equal, "one answer is off, and a step is missing", {
    pods: rolled(),
    onlyDeploy: true,
    extra: [request(9000, { ...answer, difference: 1e-3 })],
  }),
  inconclusive(equal, "a step is missing", { pods: rolled(), onlyDeploy: true }, "step change is not in the recording"),
  inconclusive(equal, "no answer is there to check", { pods: rolled(), load: "none" }),
];
