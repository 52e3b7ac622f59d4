import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { replicaSetSeen, specSeen } from "../../support/owner-seen.ts";
import { oldPod, rolled, surged } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const most = (pods: number): Claim => ({ kind: "pods-at-most", step: "change", pods });
const promised: Claim = { kind: "pods-at-most", step: "change" };

export const cases: readonly Case[] = [
  held(most(3), "three of three", { pods: rolled() }, "Most pods 3 of at most 3, beside up to 2 terminating"),
  refuted(most(3), "four of three", { pods: surged() }, "There were 4 pods of at most 3, for 7.6 s more than 3"),
  held(
    most(3),
    "four of three until another ReplicaSet's controller has told its own to go",
    { pods: [oldPod("web-old-a", { deletionMs: 17_240, goneMs: 23_000 }), ...rolled().slice(1)] },
    "Most pods 3 of at most 3, and 4 for 40 ms, beside up to 2 terminating",
  ),
  refuted(
    most(3),
    "four of three for a second",
    { pods: [oldPod("web-old-a", { deletionMs: 18_200, goneMs: 23_000 }), ...rolled().slice(1)] },
    "There were 4 pods of at most 3, for 1.0 s more than 3",
  ),
  refuted(most(3), "four of three, and the watch was lost later", {
    pods: surged(),
    extra: [gap("pods", 30_000, 31_000)],
  }),
  inconclusive(most(3), "the watch was lost", { pods: rolled(), extra: [gap("pods")] }),
  held(
    promised,
    "as many as the workload allows",
    { pods: rolled(), extra: [specSeen(5_000, { mostPods: 3 })] },
    "Most pods 3 of at most 3",
  ),
  refuted(promised, "more than the workload allows", { pods: surged(), extra: [specSeen(5_000, { mostPods: 3 })] }),
  held(
    promised,
    "the change itself asks for more",
    {
      pods: surged(),
      extra: [specSeen(5_000, { wanted: 2, mostPods: 3 }), specSeen(12_000, { wanted: 4, mostPods: 5 })],
    },
    "terminating, as Deployment web went from 2 to 4 replicas.",
  ),
  held(promised, "the change itself asks for fewer, and the old ones are still there", {
    pods: surged(),
    extra: [specSeen(5_000, { wanted: 4, mostPods: 5 }), specSeen(12_000, { wanted: 2, mostPods: 3 })],
  }),
  refuted(
    promised,
    "only the step after the change has more replicas",
    {
      pods: surged(),
      extra: [specSeen(5_000, { wanted: 2, mostPods: 3 }), specSeen(900_000, { wanted: 4, mostPods: 5 })],
    },
    "There were 4 pods of at most 3",
  ),
  inconclusive(
    promised,
    "a ReplicaSet of its own promises nothing beside a Deployment",
    { pods: rolled(), extra: [specSeen(5_000, { wanted: 2, mostPods: 3 }), [5_000, replicaSetSeen("alone")]] },
    "says how many pods there may be",
  ),
  held(promised, "the Deployment's own ReplicaSets are seen beside it", {
    pods: rolled(),
    extra: [specSeen(5_000, { wanted: 2, mostPods: 3 }), [5_000, replicaSetSeen("web-7c9d5f")]],
  }),
  inconclusive(promised, "no workload was seen", { pods: rolled() }, "says how many pods there may be"),
];
