import {
  type Case,
  type Claim,
  gap,
  holds,
  lateGap,
  leavesOpen,
  newPod,
  oldPod,
  refutes,
  replaced,
  rolled,
  runningPod,
} from "./scene.ts";

const fewest = (pods: number): Claim => ({ kind: "ready-at-least", step: "change", pods });
const most = (pods: number): Claim => ({ kind: "pods-at-most", step: "change", pods });
const together = (old: number, young: number): Claim => ({
  kind: "all-ready-together",
  step: "change",
  old,
  new: young,
});
const apart: Claim = { kind: "never-both-ready", step: "change" };
const atOnce: Claim = { kind: "starts-while-stopping", step: "change" };

/** Two old and two new pods, all Ready from 16.4 s until 20.6 s. */
const surged = () => [
  oldPod("web-old-a", { deletionMs: 20_600, goneMs: 26_000 }),
  oldPod("web-old-b", { deletionMs: 20_600, goneMs: 26_100 }),
  newPod("web-new-a", 13_000, 16_000),
  newPod("web-new-b", 13_000, 16_400),
];
/** Restarts on its own in the change. */
const crashing = runningPod("web-new-c", [
  { startedMs: 14_000, readyMs: 15_000, endedMs: 20_000 },
  { startedMs: 21_000, readyMs: 22_000 },
]);

/** Hypotheses about numbers of pods at single instants. */
export const countCases: readonly Case[] = [
  holds(fewest(2), "two of two stay", { pods: rolled() }, "Fewest ready 2 of at least 2."),
  refutes(
    fewest(2),
    "one is missing for a while",
    {
      pods: [
        oldPod("web-old-a"),
        oldPod("web-old-b", { deletionMs: 15_000, goneMs: 16_000 }),
        newPod("web-new-a", 15_100, 18_000),
      ],
    },
    "Only 1 pod of at least 2 was Ready, for 3.0 s fewer than 2; 0 of 1,200 requests failed",
  ),
  refutes(fewest(2), "one is missing, and a gap elsewhere", { pods: replaced(), extra: [gap("pods", 25_000, 26_000)] }),
  refutes(fewest(2), "one is missing, and what came late came later", {
    pods: replaced(),
    extra: [lateGap("pods", 25_000, 26_000)],
  }),
  leavesOpen(
    fewest(2),
    "one is missing by what was told late, maybe in another order",
    {
      pods: [
        oldPod("web-old-a"),
        oldPod("web-old-b", { deletionMs: 24_000, goneMs: 24_100 }),
        newPod("web-new-a", 24_000, 24_500),
      ],
      extra: [lateGap("pods", 20_000, 24_600)],
    },
    "but the watch of pods was not proven current for 4.6 s (no answer within 2 s)",
  ),
  refutes(fewest(2), "one is missing before the interruption", {
    pods: replaced(),
    change: { outcome: "interrupted" },
  }),
  holds(fewest(1), "one goes in the same instant as one comes", {
    pods: [oldPod("web-old-a", { deletionMs: 18_000, goneMs: 20_000 }), newPod("web-new-a", 15_000, 18_000)],
  }),
  leavesOpen(
    fewest(2),
    "a gap in the watch",
    { pods: rolled(), extra: [gap("pods")] },
    "the watch of pods saw nothing for 2.0 s (410 Gone)",
  ),
  holds(fewest(2), "a restart before the step", {
    pods: [
      ...rolled(),
      {
        ...crashing,
        createdMs: 500,
        runs: [
          { startedMs: 1000, endedMs: 5000 },
          { startedMs: 6000, readyMs: 7000 },
        ],
      },
    ],
  }),
  leavesOpen(fewest(2), "an unplanned restart", { pods: [...rolled(), crashing] }, "web-new-c restarted"),
  leavesOpen(
    fewest(2),
    "the recording ends within the step",
    { pods: rolled(), isUnfinished: true },
    "the recording ends within step change",
  ),
  leavesOpen(fewest(0), "no pod at all", { pods: [] }, "No pod was seen"),
  leavesOpen(fewest(2), "the step is missing", { pods: rolled(), onlyDeploy: true }),

  holds(most(3), "three of three", { pods: rolled() }, "Most pods 3 of at most 3, beside up to 2 terminating"),
  refutes(most(3), "four of three", { pods: surged() }, "There were 4 pods of at most 3, for 7.6 s more than 3"),
  holds(
    most(3),
    "four of three until another ReplicaSet's controller has told its own to go",
    { pods: [oldPod("web-old-a", { deletionMs: 17_240, goneMs: 23_000 }), ...rolled().slice(1)] },
    "Most pods 3 of at most 3, and 4 for 40 ms, beside up to 2 terminating",
  ),
  refutes(
    most(3),
    "four of three for a second",
    { pods: [oldPod("web-old-a", { deletionMs: 18_200, goneMs: 23_000 }), ...rolled().slice(1)] },
    "There were 4 pods of at most 3, for 1.0 s more than 3",
  ),
  refutes(most(3), "four of three, and the watch was lost later", {
    pods: surged(),
    extra: [gap("pods", 30_000, 31_000)],
  }),
  leavesOpen(most(3), "the watch was lost", { pods: rolled(), extra: [gap("pods")] }),

  holds(
    together(2, 2),
    "all four",
    { pods: surged() },
    "2 old and 2 new pods were Ready together for 4.2 s; fewest ready 2; 0 of 1,200 requests failed.",
  ),
  refutes(together(2, 2), "never all four", { pods: rolled() }, "at best 2 old and 1 new"),
  refutes(together(2, 2), "all four for no time", {
    pods: [...surged().slice(0, 3), newPod("web-new-b", 13_000, 20_600)],
  }),
  leavesOpen(together(2, 2), "never all four, but a gap may hide it", {
    pods: rolled(),
    extra: [gap("pods", 17_000, 17_400)],
  }),
  leavesOpen(together(2, 2), "all four, but a gap elsewhere", { pods: surged(), extra: [gap("pods", 30_000, 31_000)] }),
  leavesOpen(together(2, 2), "never all four before the interruption", {
    pods: rolled(),
    change: { outcome: "interrupted" },
  }),

  holds(
    apart,
    "one goes before the other comes",
    { pods: replaced() },
    "The first new pod was Ready 5.0 s after the last old one; 250 of 1,200 requests failed",
  ),
  refutes(apart, "they overlap", { pods: rolled() }, "Old and new pods were Ready together for 2.5 s"),
  refutes(apart, "they overlap, and a gap elsewhere", { pods: rolled(), extra: [gap("pods", 30_000, 31_000)] }),
  leavesOpen(
    apart,
    "no new pod is ever Ready",
    { pods: [oldPod("solo-a", { deletionMs: 13_000, goneMs: 16_000 }), newPod("solo-b", 16_200)] },
    "No new pod was Ready",
  ),
  leavesOpen(apart, "the watch was lost", { pods: replaced(), extra: [gap("pods", 13_500, 15_000)] }),

  holds(atOnce, "one starts while one stops", { pods: rolled() }, "For 1.6 s new pods started while old ones stopped"),
  refutes(atOnce, "old ones stop when all new ones are ready", { pods: surged() }),
  leavesOpen(atOnce, "not seen, but a gap may hide it", { pods: surged(), extra: [gap("pods")] }),
];
