import type { ContainerState, OwnerSeen } from "../../../../observer/events.ts";
import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { ownerSeen } from "../../support/owner-seen.ts";
import { podSeen, runningContainer } from "../../support/pod-seen.ts";
import { rolled, stayed } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import type { Timed } from "../../support/synthetic.ts";
import { gap } from "../../support/told.ts";

const completes: Claim = { kind: "rollout-completes", step: "change" };

/** What is seen of Deployment web, which has settled but for what is said of it. */
const owner = (atMs: number, more: Partial<OwnerSeen> = {}): Timed => [
  atMs,
  ownerSeen("web", { resourceVersion: String(atMs), ...more }),
];
const before = owner(5_000, { generation: 1, observedGeneration: 1 });
/** Long enough for the last old pod to be gone. */
const change = { operationMs: 14_000 };
const unpulled: ContainerState = {
  ...runningContainer,
  state: "waiting",
  ready: false,
  started: false,
  reason: "ImagePullBackOff",
};

export const cases: readonly Case[] = [
  held(
    completes,
    "all is new, and the old is gone",
    { pods: rolled(), change, extra: [before, owner(22_000)] },
    "14.0 s",
  ),
  refuted(
    completes,
    "the last old pod terminates at the operation's end",
    { pods: rolled(), extra: [before, owner(22_000)] },
    "Not over after 12.0 s: pod web-old-b still terminates",
  ),
  refuted(
    completes,
    "an image cannot be pulled",
    {
      pods: stayed(),
      change: { outcome: "failed" },
      extra: [
        before,
        owner(13_000, { updatedReplicas: 1, replicas: 3 }),
        [
          13_500,
          podSeen("web-new-a", {
            ready: false,
            phase: "Pending",
            image: "web:none",
            containers: [unpulled],
            owner: "web",
          }),
        ],
      ],
    },
    "pod web-new-a waits: ImagePullBackOff (web:none)",
  ),
  refuted(
    completes,
    "the controller has not seen the change",
    { pods: stayed(), extra: [before, owner(13_000, { observedGeneration: 1 })] },
    "Deployment web has a change that its controller has not seen",
  ),
  inconclusive(completes, "nobody changed anything", { pods: stayed(), extra: [before] }, "Nothing changed"),
  inconclusive(completes, "all is new as far as was seen", {
    pods: rolled(),
    change,
    extra: [before, owner(22_000), gap("pods")],
  }),
];
