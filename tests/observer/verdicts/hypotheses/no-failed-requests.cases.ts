import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, runningPod } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { failing, gap, heldUp, machines, request, timingOut } from "../../support/told.ts";

const noFailed: Claim = { kind: "no-failed-requests", step: "change" };
const unavailable = request(20_001, { status: 503 });
const refusedLater = (index: number) => request(28_001 + index, { error: "ECONNREFUSED" });

export const cases: readonly Case[] = [
  held(noFailed, "none fails", { pods: rolled() }, "0 of 1,200 requests failed: at most 0.25 % at 95 %."),
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
  inconclusive(
    noFailed,
    "one fails, which the control does not exclude",
    { pods: rolled(), extra: [unavailable], control: "deploy" },
    "which does not exceed the control: 0 of 400 requests failed: at most 0.75 % at 95 % in step deploy.",
  ),
  refuted(
    noFailed,
    "more fail than in the control",
    { pods: rolled(), extra: [...failing(30), ...failing(1, 9001)], control: "deploy" },
    "30 of 1,230 requests failed (30 status 503): 1.8 % to 3.3 % at 95 %, the first 8.0 s after the step began",
  ),
  inconclusive(
    noFailed,
    "as many fail as in the control",
    { pods: rolled(), extra: [...failing(30), ...failing(10, 9001)], control: "deploy" },
    "10 of 410 requests failed: 1.3 % to 4.1 % at 95 % in step deploy",
  ),
  inconclusive(
    noFailed,
    "some fail, and the control has no load",
    { pods: rolled(), extra: failing(30), control: "deploy", load: { fromMs: 12_000, untilMs: 36_000 } },
    "which does not exceed the control: it sent no request in step deploy",
  ),
  held(noFailed, "none fails of as many as exclude 1 %", { pods: rolled(), atMostShare: 0.01 }, "0 of 1,200"),
  inconclusive(
    noFailed,
    "none fails, but too few are sent to exclude 0.1 %",
    { pods: rolled(), atMostShare: 0.001 },
    "0 of 1,200 requests failed: at most 0.25 % at 95 %; 1,795 requests more are needed to exclude more than 0.10 %.",
  ),
  held(noFailed, "none fails beside others that take a quarter", { pods: rolled(), extra: machines(0.5) }),
  inconclusive(
    noFailed,
    "none fails, but others take the CPU",
    { pods: rolled(), extra: machines(1.76) },
    "but 88 % of this machine's CPU was taken by others.",
  ),
  inconclusive(
    noFailed,
    "more fail than in the control, but others take the CPU",
    { pods: rolled(), extra: [...failing(30), ...machines(1.76)], control: "deploy" },
    "but 88 % of this machine's CPU was taken by others.",
  ),
  inconclusive(
    noFailed,
    "all that fail were under way while the load itself was held up",
    { pods: rolled(), extra: [...timingOut(30), heldUp(20_500, 22_500)], control: "deploy" },
    "30 of 1,230 requests failed (30 timeout): 1.8 % to 3.3 % at 95 %, the first 8.0 s after the step began, " +
      "but the load itself was held up while 30 failed requests were under way",
  ),
  inconclusive(
    noFailed,
    "the load was held up of all but one that fail, and one alone does not exceed the control",
    { pods: rolled(), extra: [...timingOut(30), heldUp(20_500, 22_500), refusedLater(1)], control: "deploy" },
    "31 of 1,231 requests failed (30 timeout and 1 ECONNREFUSED): 1.8 % to 3.4 % at 95 %, the first 8.0 s after the step began, " +
      "but the load itself was held up while 30 failed requests were under way, and without them 1 of 1,231 requests failed: " +
      "0.004 % to 0.38 % at 95 %, which does not exceed the control: 0 of 400 requests failed: at most 0.75 % at 95 % in step deploy",
  ),
  refuted(
    noFailed,
    "the load was held up of some that fail, and the others exceed the control",
    {
      pods: rolled(),
      extra: [
        ...timingOut(5),
        heldUp(20_500, 22_500),
        ...Array.from({ length: 30 }, (_, index) => refusedLater(index)),
      ],
      control: "deploy",
    },
    "35 of 1,235 requests failed",
  ),
  refuted(
    noFailed,
    "the load was held up of all that fail, but there is no control",
    { pods: rolled(), extra: [...timingOut(30), heldUp(20_500, 22_500)] },
    "30 of 1,230",
  ),
  refuted(noFailed, "answers with status 503 came although the load was held up", {
    pods: rolled(),
    extra: [
      ...Array.from({ length: 30 }, (_, index) => request(20_001 + index, { status: 503, latencyMs: 2600 })),
      heldUp(20_500, 22_500),
    ],
    control: "deploy",
  }),
];
