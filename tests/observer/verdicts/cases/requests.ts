import {
  type Case,
  CHANGE,
  type Claim,
  gap,
  holds,
  lateGap,
  leavesOpen,
  newPod,
  oldPod,
  refutes,
  replaced,
  request,
  rolled,
  runningPod,
} from "./scene.ts";

const noFailed: Claim = { kind: "no-failed-requests", step: "change" };
const someFailed: Claim = { kind: "some-failed-requests", step: "change" };
const equal: Claim = { kind: "answers-equal-model", maxAbsoluteDifference: 1e-6 };
const slower: Claim = { kind: "latency-rises", step: "change", comparedTo: "deploy", factor: 2 };
const share: Claim = { kind: "traffic-share", step: "change", release: "v2", share: 1 / 3, tolerance: 0.1 };
const early: Claim = { kind: "not-served-before-ready" };

const unavailable = request(20_001, { status: 503 });
const canary = [
  ...["a", "b", "c", "d"].map((name) => oldPod(`web-old-${name}`)),
  newPod("web-new-a", 13_000, 15_000),
  newPod("web-new-b", 13_000, 15_200),
];
/** Slow pods: their answers take about 100 ms longer in the middle. */
const slow = rolled().map((pod) => (pod.release === "v2" ? { ...pod, slowMs: 200 } : pod));
const answer = { status: 200, release: "v2", correct: true } as const;

/** Hypotheses about what clients see. */
export const requestCases: readonly Case[] = [
  holds(noFailed, "none fails", { pods: rolled() }, "0 of 1,200 requests failed"),
  refutes(noFailed, "one fails", { pods: rolled(), extra: [unavailable] }, "1 of 1,201 requests failed (1 status 503)"),
  refutes(
    noFailed,
    "one is wrong",
    { pods: rolled(), extra: [request(20_001, { status: 200, correct: false })] },
    "1 wrong answer",
  ),
  refutes(noFailed, "one fails, and there is a gap elsewhere", {
    pods: rolled(),
    extra: [unavailable, gap("load", 25_000, 26_000)],
  }),
  holds(noFailed, "one fails before the step", { pods: rolled(), extra: [request(9000, { status: 503 })] }),
  leavesOpen(
    noFailed,
    "none fails, but the sender was held up",
    { pods: rolled(), extra: [gap("load")] },
    "requests were not sent as they were due for 2.0 s (410 Gone)",
  ),
  holds(noFailed, "none fails, and only the watch of pods was lost", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(
    noFailed,
    "none fails, but none is sent at the end",
    { pods: rolled(), load: { fromMs: 3000, untilMs: 30_000 } },
    "6.0 s",
  ),
  leavesOpen(noFailed, "none is sent", { pods: rolled(), load: "none" }, "Only 0 requests of at least 20"),
  leavesOpen(
    noFailed,
    "none fails, but the step was interrupted",
    { pods: rolled(), change: { outcome: "interrupted" } },
    "step change was interrupted",
  ),
  leavesOpen(
    noFailed,
    "none fails, but the step failed",
    { pods: rolled(), change: { outcome: "failed" } },
    "step change failed",
  ),
  holds(noFailed, "none fails where the step was to fail", {
    pods: rolled(),
    change: { outcome: "failed" },
    also: [{ kind: "rollout-stopped", step: "change", withinMs: 80_000, keeps: "v1" }],
  }),
  leavesOpen(
    noFailed,
    "the step is missing",
    { pods: rolled(), onlyDeploy: true },
    "Step change is not in the recording.",
  ),
  leavesOpen(
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

  holds(someFailed, "a bare pod is replaced", { pods: replaced() }, "250 of 1,200 requests failed within 5.0 s"),
  refutes(someFailed, "nobody notices", { pods: rolled() }, "None of 1,200 requests failed"),
  leavesOpen(someFailed, "nobody notices, but nobody looked", { pods: rolled(), extra: [gap("load")] }),
  leavesOpen(someFailed, "nobody notices as far as the interruption", {
    pods: rolled(),
    change: { outcome: "interrupted" },
  }),

  holds(equal, "all answers equal", { pods: rolled() }, "largest difference 2.0e-8"),
  refutes(
    equal,
    "one answer is off",
    { pods: rolled(), extra: [request(20_000, { ...answer, difference: 1e-3 })] },
    "1 of",
  ),
  refutes(equal, "one answer is off, and a step is missing", {
    pods: rolled(),
    onlyDeploy: true,
    extra: [request(9000, { ...answer, difference: 1e-3 })],
  }),
  leavesOpen(equal, "a step is missing", { pods: rolled(), onlyDeploy: true }, "step change is not in the recording"),
  leavesOpen(equal, "no answer is there to check", { pods: rolled(), load: "none" }),

  holds(slower, "new pods are slow", { pods: slow }, "times as much"),
  refutes(slower, "new pods are as quick", { pods: rolled() }),
  leavesOpen(
    slower,
    "the other step had no load",
    { pods: slow, load: { fromMs: 12_000, untilMs: CHANGE.untilMs } },
    "Only 0 answers in deploy",
  ),
  leavesOpen(slower, "the sender was held up in the other step", { pods: slow, extra: [gap("load", 8000, 9000)] }),

  holds(share, "two of six pods get a third", { pods: canary }, "33.3 % give or take 10.0 %"),
  holds(
    share,
    "kept connections stay with the old pods",
    { pods: canary, load: { fromMs: 3000, untilMs: CHANGE.untilMs, keptWith: "v1" } },
    "of 300 on kept connections 0.0 %",
  ),
  refutes(share, "all pods are new", { pods: rolled() }, "100.0 % of 300 answers"),
  leavesOpen(
    share,
    "too few answers after the change",
    { pods: canary, change: { operationMs: 23_000 } },
    "Only 25 answers",
  ),

  holds(early, "nothing is served early", { pods: rolled() }, "255 requests were sent while 2 pods started"),
  holds(early, "an answer just before we see Ready", {
    pods: rolled(),
    extra: [request(16_400, { ...answer, pod: "web-new-a" })],
  }),
  leavesOpen(
    early,
    "an answer within Ready's whole second",
    { pods: rolled(), extra: [request(16_100, { ...answer, pod: "web-new-a" })] },
    "within the second",
  ),
  refutes(
    early,
    "an answer long before Ready",
    { pods: rolled(), extra: [request(15_000, { ...answer, pod: "web-new-a" })] },
    "1 answer came from web-new-a before it was Ready, the first 1.5 s before",
  ),
  refutes(early, "an answer from a pod that is never Ready", {
    pods: [...rolled(), newPod("web-bad", 14_000)],
    extra: [request(15_000, { ...answer, pod: "web-bad" })],
  }),
  leavesOpen(early, "an answer from a pod whose Ready a gap may hide", {
    pods: [...rolled(), newPod("web-bad", 14_000)],
    extra: [request(15_000, { ...answer, pod: "web-bad" }), gap("pods")],
  }),
  leavesOpen(
    early,
    "an answer long before Ready by clocks that were not compared",
    {
      pods: rolled(),
      extra: [request(15_000, { ...answer, pod: "web-new-a" }), lateGap("clock", 0, 36_000)],
    },
    "but the cluster's clock was not known for 36.0 s",
  ),
  leavesOpen(early, "none, by clocks that were not compared", { pods: rolled(), extra: [lateGap("clock", 0, 36_000)] }),
  leavesOpen(
    early,
    "an answer from a pod that nobody saw",
    { pods: rolled(), extra: [request(15_000, { ...answer, pod: "web-ghost" })] },
    "pods that were not seen",
  ),
  leavesOpen(
    early,
    "no load while a pod starts",
    { pods: rolled(), load: { fromMs: 19_000, untilMs: CHANGE.untilMs } },
    "No request was sent while a pod was not yet Ready.",
  ),
];
