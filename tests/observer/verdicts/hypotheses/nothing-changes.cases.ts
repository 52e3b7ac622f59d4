import type { Happening } from "../../../../observer/events.ts";
import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { crashing, oldPod, replaced, stayed } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap, lateGap } from "../../support/told.ts";

const same: Claim = { kind: "nothing-changes", step: "change" };

const engine = (operation: string): readonly [number, Happening] => [
  14_000,
  { type: "engine", kind: "done", operation, resource: "deployment" },
];

const owner = (atMs: number, generation: number): readonly [number, Happening] => [
  atMs,
  {
    type: "owner",
    kind: "Deployment",
    change: atMs < 5000 ? "listed" : "modified",
    name: "web",
    uid: "d",
    resourceVersion: String(atMs),
    generation,
    observedGeneration: generation,
    release: "v1",
    wanted: 2,
    replicas: 2,
    readyReplicas: 2,
    troubles: [],
  },
];

export const cases: readonly Case[] = [
  held(
    same,
    "nothing",
    { pods: stayed(), extra: [engine("same"), owner(1000, 1), owner(20_000, 1)] },
    "No object was written and all 2 pods stayed.",
  ),
  held(same, "nothing to a single pod", { pods: stayed().slice(1) }, "No object was written and the only pod stayed."),
  held(same, "nothing where there is no pod", { pods: [] }, "No object was written and no pod came."),
  held(same, "an old pod's end comes late", {
    pods: [...stayed(), oldPod("web-older", { deletionMs: 9000, goneMs: 14_000 })],
  }),
  refuted(
    same,
    "Pulumi updates something",
    { pods: stayed(), extra: [engine("update")] },
    "Pulumi did update deployment",
  ),
  refuted(same, "a pod comes and another goes", { pods: replaced() }, "1 pod came and 1 pod went"),
  refuted(
    same,
    "a spec was written",
    { pods: stayed(), extra: [owner(1000, 1), owner(20_000, 2), gap("owners", 25_000, 26_000)] },
    "Deployment web changed",
  ),
  inconclusive(same, "a spec was written, maybe before the step", {
    pods: stayed(),
    extra: [owner(1000, 1), owner(13_000, 2), lateGap("owners", 10_000, 14_000)],
  }),
  refuted(same, "Pulumi updates something, whatever was told late", {
    pods: stayed(),
    extra: [engine("update"), owner(1000, 1), owner(20_000, 2), lateGap("owners", 18_000, 21_000)],
  }),
  inconclusive(same, "nothing as far as was seen", { pods: stayed(), extra: [gap("owners")] }),
  inconclusive(same, "a container restarts", {
    pods: [
      ...stayed(),
      {
        ...crashing,
        createdMs: 600,
        runs: [{ startedMs: 1000, readyMs: 2000, endedMs: 20_000 }, { startedMs: 21_000 }],
      },
    ],
  }),
];
