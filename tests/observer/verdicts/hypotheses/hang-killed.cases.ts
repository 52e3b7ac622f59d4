import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { rolled, runningPod, solo } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, kubelet } from "../../support/told.ts";

const hang: Claim = { kind: "hang-killed", step: "change", hangAfterMs: 4000, detectWithinMs: 6000, graceMs: 3000 };

/** A container that starts at 13 s and hangs at 17 s. Its probe has it killed at `killedMs`, and it is dead at `deadMs`. */
const hung = (killedMs: number, deadMs: number, exitCode = 137) => ({
  pods: [
    runningPod(solo, [
      { startedMs: 13_000, readyMs: 14_000, endedMs: deadMs, reason: "Error", exitCode },
      { startedMs: deadMs + 1000, readyMs: deadMs + 2000 },
    ]),
  ],
  extra: [
    kubelet(13_050, "Started", solo),
    kubelet(killedMs, "Killing", solo, "Container service failed liveness probe, will be restarted"),
  ],
});

const hungUntold = { ...hung(22_000, 25_000), extra: hung(22_000, 25_000).extra.slice(1) };

export const cases: readonly Case[] = [
  held(
    hang,
    "found out and killed",
    hung(22_000, 25_200),
    "5.0 s after it hung, of at most 6.0 s; it was dead (exit code 137)",
  ),
  held(hang, "found out and killed, its start told by whole seconds", hungUntold),
  refuted(hang, "found out too late", hung(25_000, 28_000), "8.0 s after it hung"),
  refuted(hang, "found out too late, and a gap elsewhere", {
    ...hung(25_000, 28_000),
    extra: [...hung(25_000, 28_000).extra, gap("pods", 13_200, 13_400)],
  }),
  inconclusive(hang, "when it started was not seen", {
    ...hungUntold,
    pods: [runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000 }])],
  }),
  refuted(hang, "found out before it hung", hung(15_000, 18_000), "before it was to hang"),
  refuted(hang, "heeds SIGTERM", hung(22_000, 23_000, 143), "it ended by itself (Error, exit code 143)"),
  refuted(hang, "killed too late", hung(22_000, 29_000), "7.0 s later, the grace being 3.0 s"),
  refuted(
    hang,
    "killed, but not started again",
    { ...hung(22_000, 25_000), pods: [runningPod(solo, [{ startedMs: 13_000, readyMs: 14_000 }])] },
    "but it was not started again",
  ),
  refuted(hang, "nothing hangs", { pods: rolled() }, "No liveness probe had a container killed."),
  inconclusive(hang, "nothing hangs, but nobody heard the kubelet", {
    pods: rolled(),
    extra: [gap("kubernetes-events")],
  }),
  inconclusive(hang, "the step was interrupted before", { pods: rolled(), change: { outcome: "interrupted" } }),
];
