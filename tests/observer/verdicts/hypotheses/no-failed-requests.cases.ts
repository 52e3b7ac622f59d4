import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, runningPod } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, request } from "../../support/told.ts";

const noFailed: Claim = { kind: "no-failed-requests", step: "change" };
const unavailable = request(20_001, { status: 503 });

export const cases: readonly Case[] = [
  held(noFailed, "none fails", { pods: rolled() }, "0 of 1,200 requests failed"),
  refuted(noFailed, "one fails", { pods: rolled(), extra: [unavailable] }, "1 of 1,201 requests failed (1 status 503)"),
  refuted(
    noFailed,
    "one is wrong",
    { pods: rolled(), extra: [request(20_001, { status: 200, correct: false })] },
    "1 wrong answer",
  ),
  refuted(noFailed, "one fails, and there is a gap elsewhere", {
    pods: rolled(),
    extra: [unavailable, gap("load", 25_000, 26_000)],
  }),
  held(noFailed, "one fails before the step", { pods: rolled(), extra: [request(9000, { status: 503 })] }),
  inconclusive(
    noFailed,
    "none fails, but the sender was held up",
    { pods: rolled(), extra: [gap("load")] },
    "requests were not sent as they were due for 2.0 s (410 Gone)",
  ),
  held(noFailed, "none fails, and only the watch of pods was lost", { pods: rolled(), extra: [gap("pods")] }),
  inconclusive(
    noFailed,
    "none fails, but none is sent at the end",
    { pods: rolled(), load: { fromMs: 3000, untilMs: 30_000 } },
    "6.0 s",
  ),
  inconclusive(
    noFailed,
    "one is sent",
    { pods: rolled(), load: "none", extra: [request(20_001, { status: 200 })] },
    "Only 1 request of at least 20 was sent",
  ),
  inconclusive(noFailed, "none is sent", { pods: rolled(), load: "none" }, "Only 0 requests of at least 20"),
  inconclusive(
    noFailed,
    "none fails, but the step was interrupted",
    { pods: rolled(), change: { outcome: "interrupted" } },
    "step change was interrupted",
  ),
  inconclusive(
    noFailed,
    "none fails, but the step failed",
    { pods: rolled(), change: { outcome: "failed" } },
    "step change failed",
  ),
  held(noFailed, "none fails where the step was to fail", {
    pods: rolled(),
    change: { outcome: "failed" },
    also: [{ kind: "rollout-stopped", step: "change", withinMs: 80_000, keeps: "v1" }],
  }),
  inconclusive(
    noFailed,
    "the step is missing",
    { pods: rolled(), onlyDeploy: true },
    "Step change is not in the recording.",
  ),
  inconclusive(
    noFailed,
    "none fails, but a container restarts unasked",
    {
      pods: [
        ...rolled(),
        runningPod("web-new-c", [
          { startedMs: 14_000, readyMs: 15_000, endedMs: 20_000 },
          { startedMs: 21_000, readyMs: 22_000 },
        ]),
      ],
    },
    "pod web-new-c restarted 1 time unasked (Error)",
  ),
];
