import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { replicaSetSeen, specSeen } from "../../support/owner-seen.ts";
import { crashing, newPod, oldPod, replaced, rolled } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, lateGap } from "../../support/told.ts";

const fewest = (pods: number): Claim => ({ kind: "ready-at-least", step: "change", pods });
const promised: Claim = { kind: "ready-at-least", step: "change" };

export const cases: readonly Case[] = [
  held(fewest(2), "two of two stay", { pods: rolled() }, "Fewest ready 2 of at least 2."),
  refuted(
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
  refuted(fewest(2), "one is missing, and a gap elsewhere", { pods: replaced(), extra: [gap("pods", 25_000, 26_000)] }),
  refuted(fewest(2), "one is missing, and what came late came later", {
    pods: replaced(),
    extra: [lateGap("pods", 25_000, 26_000)],
  }),
  inconclusive(
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
  refuted(fewest(2), "one is missing before the interruption", {
    pods: replaced(),
    change: { outcome: "interrupted" },
  }),
  held(fewest(1), "one goes in the same instant as one comes", {
    pods: [oldPod("web-old-a", { deletionMs: 18_000, goneMs: 20_000 }), newPod("web-new-a", 15_000, 18_000)],
  }),
  inconclusive(
    fewest(2),
    "a gap in the watch",
    { pods: rolled(), extra: [gap("pods")] },
    "the watch of pods saw nothing for 2.0 s (410 Gone)",
  ),
  held(fewest(2), "a restart before the step", {
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
  inconclusive(fewest(2), "an unplanned restart", { pods: [...rolled(), crashing] }, "web-new-c restarted"),
  inconclusive(
    fewest(2),
    "the recording ends within the step",
    { pods: rolled(), isUnfinished: true },
    "the recording ends within step change",
  ),
  inconclusive(fewest(0), "no pod at all", { pods: [] }, "No pod was seen"),
  inconclusive(fewest(2), "the step is missing", { pods: rolled(), onlyDeploy: true }),
  held(
    promised,
    "what the workload promises",
    { pods: rolled(), extra: [specSeen(5_000, { wanted: 2, leastReady: 2 })] },
    "Fewest ready 2 of at least 2.",
  ),
  refuted(
    promised,
    "one is missing of what the workload promises",
    { pods: replaced(), extra: [specSeen(5_000, { wanted: 2, leastReady: 2 })] },
    "Only 0 pods of at least 2 were Ready",
  ),
  held(
    promised,
    "the change itself takes a replica away",
    {
      pods: [oldPod("web-old-a"), oldPod("web-old-b", { deletionMs: 15_000, goneMs: 16_000 })],
      extra: [
        specSeen(5_000, { wanted: 2, leastReady: 2, mostPods: 3 }),
        specSeen(12_000, { wanted: 1, leastReady: 1, mostPods: 2 }),
      ],
    },
    "Fewest ready 1 of at least 1, as Deployment web went from 2 to 1 replicas.",
  ),
  held(
    promised,
    "the change itself asks for more, and they are not there yet",
    {
      pods: rolled(),
      extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), specSeen(12_000, { wanted: 5, leastReady: 5 })],
    },
    "Fewest ready 2 of at least 2, as Deployment web went from 2 to 5 replicas.",
  ),
  refuted(
    promised,
    "the change itself asks for more, and takes one away that was promised before",
    {
      pods: replaced(),
      extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), specSeen(12_000, { wanted: 5, leastReady: 5 })],
    },
    "fewer than 2, as Deployment web went from 2 to 5 replicas; 250 of 1,200 requests failed",
  ),
  held(
    promised,
    "the change brings a strategy that promises nothing",
    {
      pods: replaced(),
      extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), specSeen(12_000, { wanted: 2 })],
    },
    "of at least 0.",
  ),
  held(promised, "of two workloads, one is made by the change", {
    pods: rolled(),
    extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), specSeen(12_000, { name: "api", wanted: 9, leastReady: 9 })],
  }),
  inconclusive(
    promised,
    "of two workloads, one is never rolled",
    {
      pods: rolled(),
      extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), specSeen(5_000, { name: "api", wanted: 2 })],
    },
    "says how many pods stay Ready",
  ),
  inconclusive(
    promised,
    "a ReplicaSet of its own promises nothing beside a Deployment",
    { pods: rolled(), extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), [5_000, replicaSetSeen("alone")]] },
    "says how many pods stay Ready",
  ),
  held(promised, "the Deployment's own ReplicaSets are seen beside it", {
    pods: rolled(),
    extra: [specSeen(5_000, { wanted: 2, leastReady: 2 }), [5_000, replicaSetSeen("web-7c9d5f")]],
  }),
  inconclusive(promised, "no workload was seen", { pods: rolled() }, "says how many pods stay Ready"),
];
