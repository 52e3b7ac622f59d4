import { type Case, held, inconclusive, refuted } from "../../support/case.ts";
import { newPod, runningPod, stayed } from "../../support/pods.ts";
import type { Claim } from "../../support/scene.ts";
import { gap } from "../../support/told.ts";

const stopped: Claim = { kind: "rollout-stopped", step: "change", withinMs: 15_000, keeps: "v1" };

/** A pod that comes in the change and is never Ready, since its container crashes. */
const dying = (release: string) => ({
  ...runningPod("web-bad-a", [{ startedMs: 14_000, endedMs: 15_000 }, { startedMs: 16_000 }]),
  release,
});

/** A change to a release that never becomes Ready, and Pulumi's message of it. */
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

export const cases: readonly Case[] = [
  held(
    stopped,
    "in time, named, and users keep theirs",
    broken(),
    "Stopped after 13.0 s of at most 15.0 s, naming web-bad-a; all 1,200 answers came from v1; 0 of 1,200 requests failed: at most 0.25 % at 95 %.",
  ),
  refuted(stopped, "it succeeds", broken({ outcome: "succeeded" }), "it succeeded after 13.0 s"),
  refuted(stopped, "too late", broken({ operationMs: 20_000 }), "It took 20.0 s"),
  refuted(stopped, "no pod is named", broken({ message: "timed out" }), "no message names a pod"),
  refuted(
    stopped,
    "users get the new release",
    { ...broken(), pods: [...stayed(), newPod("web-bad-a", 14_000, 16_000, "v3")] },
    "came from v3 instead of v1",
  ),
  held(stopped, "the broken release's pod crashes", { ...broken(), pods: [...stayed(), dying("v3")] }),
  inconclusive(stopped, "a pod of the release that is kept crashes", {
    ...broken(),
    pods: [...broken().pods, { ...dying("v1"), name: "web-old-c" }],
  }),
  refuted(stopped, "it succeeds, and a gap elsewhere", { ...broken({ outcome: "succeeded" }), extra: [gap("load")] }),
  inconclusive(stopped, "interrupted", broken({ outcome: "interrupted" })),
  inconclusive(stopped, "no load", { ...broken(), load: "none" }),
];
