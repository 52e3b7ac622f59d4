import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { failing, gap, heldUp, timingOut } from "../../support/told.ts";

const atMost = (share: number, confidence = 0.95): Claim => ({
  kind: "failures-at-most",
  step: "change",
  share,
  confidence,
});

export const cases: readonly Case[] = [
  held(
    atMost(0.01),
    "none fails",
    { pods: rolled() },
    "0 of 1,200 requests failed: at most 0.25 % at 95 %, at most 1.0 % was claimed.",
  ),
  held(
    atMost(0.02),
    "some fail, and exclude the share",
    { pods: rolled(), extra: failing(10) },
    "10 of 1,210 requests",
  ),
  refuted(
    atMost(0.01),
    "more fail",
    { pods: rolled(), extra: failing(30) },
    "30 of 1,230 requests failed (30 status 503): 1.8 % to 3.3 % at 95 %",
  ),
  inconclusive(
    atMost(0.01),
    "as many fail as are claimed at most",
    { pods: rolled(), extra: failing(10) },
    "; if no more fail, 483 requests more would show it at 95 %",
  ),
  inconclusive(
    atMost(0.01, 0.999999),
    "none fails, but the confidence asks for more",
    { pods: rolled() },
    "175 requests more would show it at 99.9999 %",
  ),
  inconclusive(atMost(0), "none fails, and none may", { pods: rolled() }, "; no number of requests shows it"),
  inconclusive(
    atMost(0.01),
    "more fail, and as many in the control",
    { pods: rolled(), extra: [...failing(30), ...failing(10, 9001)], control: "deploy" },
    "which does not exceed the control",
  ),
  inconclusive(atMost(0.01), "none fails, but nobody looked", { pods: rolled(), extra: [gap("load")] }),
  inconclusive(atMost(0.01), "none is sent", { pods: rolled(), load: "none" }, "Only 0 requests"),
  inconclusive(
    atMost(0.01),
    "more fail, but most of them while the load itself was held up",
    {
      pods: rolled(),
      extra: [...timingOut(30), ...failing(2, 30_001), heldUp(20_500, 22_500)],
      control: "deploy",
    },
    "but the load itself was held up while 30 failed requests were under way",
  ),
  inconclusive(
    atMost(0.01),
    "more fail than are claimed, without those of which the load was held up, but no more than in the control",
    {
      pods: rolled(),
      extra: [...timingOut(40), ...failing(30, 30_001), ...failing(3, 9001), heldUp(20_500, 22_500)],
      control: "deploy",
    },
    "and without them 30 of 1,270 requests failed: 1.7 % to 3.2 % at 95 %, which does not exceed the control: 3 of 403",
  ),
  refuted(
    atMost(0.01),
    "more fail than are claimed, without those of which the load was held up",
    {
      pods: rolled(),
      extra: [...timingOut(5), ...failing(30, 30_001), heldUp(20_500, 22_500)],
      control: "deploy",
    },
    "35 of 1,235 requests failed",
  ),
  refuted(
    atMost(0.01),
    "more fail while the load itself was held up, but there is no control",
    { pods: rolled(), extra: [...timingOut(30), ...failing(2, 30_001), heldUp(20_500, 22_500)] },
    "32 of 1,232 requests failed",
  ),
];
