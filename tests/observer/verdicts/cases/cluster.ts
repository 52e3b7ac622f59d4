import type { Happening } from "../../../../observer/events.ts";
import {
  type Case,
  type Claim,
  gap,
  holds,
  kubelet,
  lateGap,
  leavesOpen,
  newPod,
  oldPod,
  refutes,
  replaced,
  rolled,
  runningPod,
} from "./scene.ts";

const _ready: Claim = { kind: "pods-ready", step: "change", pods: 2, withinMs: 4000 };
const local: Claim = { kind: "image-not-pulled" };
const burstable: Claim = { kind: "qos-class", qosClass: "Burstable" };
const guaranteed: Claim = { kind: "qos-class", qosClass: "Guaranteed" };
const same: Claim = { kind: "nothing-changes", step: "change" };
const stopped: Claim = { kind: "rollout-stopped", step: "change", withinMs: 15_000, keeps: "v1" };
/** A pod that comes in the change and is never Ready, as its container ends again and again. */
const dying = (release: string) => ({
  ...runningPod("web-bad-a", [{ startedMs: 14_000, endedMs: 15_000 }, { startedMs: 16_000 }]),
  release,
});
const switched: Claim = { kind: "switched-when-ready", step: "change", pods: 2 };

const stayed = () => [oldPod("web-old-a"), oldPod("web-old-b")];
const crashing = runningPod("web-new-c", [
  { startedMs: 14_000, readyMs: 15_000, endedMs: 20_000 },
  { startedMs: 21_000, readyMs: 22_000 },
]);

const pulled = (message: string) =>
  rolled().map(({ name, createdMs }) => kubelet(createdMs + 500, "Pulled", name, message));
const PRESENT = 'Container image "online-inference:v1" already present on machine';
const DOWNLOADED = 'Successfully pulled image "online-inference:v1" in 1.2s';

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

/** A release that never gets ready, and what Pulumi says of it. */
const broken = (
  told: { operationMs?: number; message?: string; outcome?: "failed" | "succeeded" | "interrupted" } = {},
) => ({
  pods: [...stayed(), newPod("web-bad-a", 14_000, undefined, "v3")],
  change: {
    outcome: "failed",
    operationMs: 13_000,
    message: "1 of 2 pods unready: [Pod web-bad-a]: not ready",
    ...told,
  } as const,
});

const blue = ["web-blue-a", "web-blue-b"];
const green = ["web-green-a", "web-green-b"];
const colours = (greenReadyMs = 9000) => [
  ...blue.map((name) => oldPod(name)),
  ...green.map((name) => newPod(name, 5000, greenReadyMs)),
];

/** Hypotheses about objects of the cluster and what the kubelet and Pulumi say. */
export const clusterCases: readonly Case[] = [
  holds(
    local,
    "already there",
    { pods: rolled(), extra: pulled(PRESENT) },
    "The image was on the node already for all 4 pods.",
  ),
  refutes(local, "downloaded", { pods: rolled(), extra: pulled(DOWNLOADED) }, "The image was pulled for"),
  refutes(local, "one is being downloaded", {
    pods: rolled(),
    extra: [...pulled(PRESENT), kubelet(14_000, "Pulling", "web-new-a", 'Pulling image "x"')],
  }),
  leavesOpen(
    local,
    "one of them not told",
    { pods: rolled(), extra: pulled(PRESENT).slice(1) },
    "Where the image of web-old-a came from was not seen",
  ),
  leavesOpen(local, "the kubelet was not heard for a while", {
    pods: rolled(),
    extra: [...pulled(PRESENT), gap("kubernetes-events")],
  }),
  holds(burstable, "all of it", { pods: rolled() }, "4 pods are Burstable"),
  refutes(guaranteed, "all of another", { pods: rolled() }, "4 pods are Burstable"),
  refutes(guaranteed, "all of another, and a gap", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(burstable, "a gap may hide a pod", { pods: rolled(), extra: [gap("pods")] }),
  leavesOpen(burstable, "no pod", { pods: [] }),
  holds(
    same,
    "nothing",
    { pods: stayed(), extra: [engine("same"), owner(1000, 1), owner(20_000, 1)] },
    "No object was written and all 2 pods stayed.",
  ),
  holds(same, "an old pod's end comes late", {
    pods: [...stayed(), oldPod("web-older", { deletionMs: 9000, goneMs: 14_000 })],
  }),
  refutes(
    same,
    "Pulumi updates something",
    { pods: stayed(), extra: [engine("update")] },
    "Pulumi did update deployment",
  ),
  refutes(same, "a pod comes and another goes", { pods: replaced() }, "1 pod came and 1 pod went"),
  refutes(
    same,
    "a spec was written",
    { pods: stayed(), extra: [owner(1000, 1), owner(20_000, 2), gap("owners", 25_000, 26_000)] },
    "Deployment web changed",
  ),
  leavesOpen(same, "a spec was written, maybe before the step", {
    pods: stayed(),
    extra: [owner(1000, 1), owner(13_000, 2), lateGap("owners", 10_000, 14_000)],
  }),
  refutes(same, "Pulumi updates something, whatever was told late", {
    pods: stayed(),
    extra: [engine("update"), owner(1000, 1), owner(20_000, 2), lateGap("owners", 18_000, 21_000)],
  }),
  leavesOpen(same, "nothing as far as was seen", { pods: stayed(), extra: [gap("owners")] }),
  leavesOpen(same, "a container restarts", {
    pods: [
      ...stayed(),
      {
        ...crashing,
        createdMs: 600,
        runs: [{ startedMs: 1000, readyMs: 2000, endedMs: 20_000 }, { startedMs: 21_000 }],
      },
    ],
  }),
  holds(
    stopped,
    "in time, named, and users keep theirs",
    broken(),
    "Stopped after 13.0 s of at most 15.0 s, naming web-bad-a; all 1,200 answers came from v1; 0 of 1,200 requests failed.",
  ),
  refutes(stopped, "it succeeds", broken({ outcome: "succeeded" }), "it succeeded after 13.0 s"),
  refutes(stopped, "too late", broken({ operationMs: 20_000 }), "It took 20.0 s"),
  refutes(stopped, "no pod is named", broken({ message: "timed out" }), "no message names a pod"),
  refutes(
    stopped,
    "users get the new release",
    { ...broken(), pods: [...stayed(), newPod("web-bad-a", 14_000, 16_000, "v3")] },
    "came from v3 instead of v1",
  ),
  holds(stopped, "the broken release's pod crashes", { ...broken(), pods: [...stayed(), dying("v3")] }),
  leavesOpen(stopped, "a pod of the release that is kept crashes", {
    ...broken(),
    pods: [...broken().pods, { ...dying("v1"), name: "web-old-c" }],
  }),
  refutes(stopped, "it succeeds, and a gap elsewhere", { ...broken({ outcome: "succeeded" }), extra: [gap("load")] }),
  leavesOpen(stopped, "interrupted", broken({ outcome: "interrupted" })),
  leavesOpen(stopped, "no load", { ...broken(), load: "none" }),
  holds(
    switched,
    "all at once",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, green],
      ],
    },
    "With 2 pods of v2 Ready the endpoints went from v1 to v2 within 0 ms",
  ),
  refutes(
    switched,
    "before one is Ready",
    {
      pods: [...colours().slice(0, 3), newPod("web-green-b", 13_000, 20_000)],
      endpoints: [
        [1000, blue],
        [15_000, ["web-green-a"]],
        [20_000, green],
      ],
    },
    "only 1 pod of 2 of v2 was Ready",
  ),
  refutes(
    switched,
    "one after the other",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, [...blue, ...green]],
        [18_000, green],
      ],
    },
    "within 3.0 s",
  ),
  refutes(
    switched,
    "with nothing between",
    {
      pods: colours(),
      endpoints: [
        [1000, blue],
        [15_000, []],
        [17_000, green],
      ],
    },
    "within 2.0 s",
  ),
  refutes(
    switched,
    "not at all",
    { pods: colours(), endpoints: [[1000, blue]] },
    "The endpoints did not change from v1",
  ),
  refutes(switched, "one after the other, and a gap elsewhere", {
    pods: colours(),
    endpoints: [
      [1000, blue],
      [15_000, [...blue, ...green]],
      [18_000, green],
    ],
    extra: [gap("pods")],
  }),
  leavesOpen(
    switched,
    "too early by a watch of pods that was late",
    {
      pods: [...blue.map((name) => oldPod(name)), ...green.map((name) => newPod(name, 13_000, 15_900))],
      endpoints: [
        [1000, blue],
        [15_000, green],
      ],
      extra: [lateGap("pods", 14_000, 16_000)],
    },
    "only 0 pods of 2 of v2 were Ready",
  ),
  refutes(switched, "too early, and a watch was late afterwards", {
    pods: [...blue.map((name) => oldPod(name)), ...green.map((name) => newPod(name, 13_000, 15_900))],
    endpoints: [
      [1000, blue],
      [15_000, green],
    ],
    extra: [lateGap("pods", 25_000, 29_000)],
  }),
  leavesOpen(switched, "not at all as far as was seen", {
    pods: colours(),
    endpoints: [[1000, blue]],
    extra: [gap("endpoints")],
  }),
  leavesOpen(switched, "all at once, but a gap elsewhere", {
    pods: colours(),
    endpoints: [
      [1000, blue],
      [15_000, green],
    ],
    extra: [gap("pods")],
  }),
];
