import Type from "typebox";
import { roomOf } from "../kubernetes/count-or-percent.ts";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import { DEADLINE_MARGIN_SECONDS, deployment, rollingUpdate } from "./objects/deployment.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { replicaConflict, replicaSettings, rollingSettings } from "./settings/replicas.ts";

/** What an `up` does before its rollout begins, and until it has ended, takes at most this long. */
const AROUND_SECONDS = 20;

const settings = Type.Object({
  ...podSettings.properties,
  ...replicaSettings(6).properties,
  ...rollingSettings("4", "2").properties,
});

/** A Deployment that starts new pods while it stops old ones. */
export const rolling = defineExperiment({
  title: "Rolling update",
  question: "Do old pods stop while new ones start, within their bounds, without any client noticing?",
  nodePort: 30_055,
  settings,
  conflict: (chosen) => podSettingsConflict(chosen) ?? replicaConflict(chosen),
  resources: (context) => [
    deployment(context, { strategy: rollingUpdate(context.settings) }),
    service(context),
    disruptionBudget(context),
    networkPolicy(context),
  ],
  steps: () => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    { id: "change", kind: "up", title: "Roll to release v2", config: { release: "v2" }, observeMs: 5_000 },
    {
      id: "broken",
      kind: "up",
      title: "Roll to a release that never gets ready",
      config: { release: "v3-broken" },
      fails: true,
    },
    { id: "recover", kind: "up", title: "Back to release v2", config: { release: "v2" }, observeMs: 5_000 },
  ],
  hypotheses: (chosen) => {
    const { surge, unavailable } = roomOf(chosen, chosen.replicas);
    const stoppedSeconds = chosen.progressDeadlineSeconds + DEADLINE_MARGIN_SECONDS + AROUND_SECONDS;
    return [
      { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
      {
        id: "at-once",
        claim: "At some instant new pods start while old ones stop.",
        kind: "starts-while-stopping",
        step: "change",
      },
      {
        id: "at-most",
        claim: "Never more pods than replicas + maxSurge, terminating ones left out.",
        kind: "pods-at-most",
        step: "change",
        pods: chosen.replicas + surge,
      },
      {
        id: "at-least",
        claim: "Never fewer Ready than replicas - maxUnavailable.",
        kind: "ready-at-least",
        step: "change",
        pods: chosen.replicas - unavailable,
      },
      { id: "no-failures", claim: "No request fails.", kind: "no-failed-requests", step: "change" },
      {
        id: "stopped",
        claim: `A release that never gets ready is stopped within ${stoppedSeconds} s, and users keep the old one.`,
        kind: "rollout-stopped",
        step: "broken",
        withinMs: stoppedSeconds * 1000,
        keeps: "v2",
      },
      { id: "unharmed", claim: "No request fails meanwhile.", kind: "no-failed-requests", step: "broken" },
      { id: "recovered", claim: "Nor when the good release comes back.", kind: "no-failed-requests", step: "recover" },
    ];
  },
});
