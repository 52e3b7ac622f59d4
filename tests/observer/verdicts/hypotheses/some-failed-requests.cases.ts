import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { replaced, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { failing, gap, heldUp, timingOut } from "../../support/told.ts";

const someFailed: Claim = { kind: "some-failed-requests", step: "change" };

export const cases: readonly Case[] = [
  held(someFailed, "a bare pod is replaced", { pods: replaced() }, ": 18.9 % to 22.9 % at 95 %, within 5.0 s"),
  refuted(someFailed, "nobody notices", { pods: rolled() }, "0 of 1,200 requests failed: at most 0.25 % at 95 %"),
  inconclusive(someFailed, "nobody notices, but nobody looked", { pods: rolled(), extra: [gap("load")] }),
  inconclusive(someFailed, "nobody notices as far as the interruption", {
    pods: rolled(),
    change: { outcome: "interrupted" },
  }),
  inconclusive(
    someFailed,
    "some fail, and as many in the control",
    { pods: rolled(), extra: [...failing(10), ...failing(5, 9001)], control: "deploy" },
    "which does not exceed the control: 5 of 405 requests failed",
  ),
  inconclusive(
    someFailed,
    "some fail, but all of them while the load itself was held up",
    { pods: rolled(), extra: [...timingOut(30), heldUp(20_500, 22_500)], control: "deploy" },
    "but the load itself was held up while 30 failed requests were under way",
  ),
  inconclusive(
    someFailed,
    "nobody notices, but too few are sent to exclude 0.1 %",
    { pods: rolled(), atMostShare: 0.001 },
    "1,795 requests more are needed",
  ),
];
