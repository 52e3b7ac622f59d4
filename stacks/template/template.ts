import Type from "typebox";
import { roomOf } from "../../kubernetes/count-or-percent.ts";
import { defineExperiment } from "../experiment.ts";
import { disruptionBudget, networkPolicy, service } from "../objects/around-pods.ts";
import { deployment, rollingUpdate } from "../objects/deployment.ts";
import { podSettings, podSettingsConflict } from "../settings/pod.ts";
import { replicaConflict, replicaSettings, rollingSettings } from "../settings/replicas.ts";

/** The settings that `-c` accepts; every key has a default, a range and a description. */
const settings = Type.Object({
  ...podSettings.properties,
  ...replicaSettings(3).properties,
  ...rollingSettings("1", "0").properties,
});

/** A Deployment that replaces one pod after the other. */
export const template = defineExperiment({
  title: "A new experiment",
  question: "What happens to users when the release changes?",
  nodePort: 30_059,
  settings,
  // Refuses values that are each in range, but do not go together.
  conflict: (chosen) => podSettingsConflict(chosen) ?? replicaConflict(chosen),
  // The resources that are deployed. The function is pure, because plans, policies and tests call it as well.
  resources: (context) => [
    deployment(context, { strategy: rollingUpdate(context.settings) }),
    service(context),
    disruptionBudget(context),
    networkPolicy(context),
  ],
  // The steps of an observation. The section in the README has the same steps as commands.
  steps: () => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    { id: "change", kind: "up", title: "Roll to release v2", config: { release: "v2" }, observeMs: 15_000 },
  ],
  // What the steps must show. Every step but the first has at least one hypothesis; observer/verdicts/hypotheses/index.ts has
  // all kinds.
  hypotheses: (chosen) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "at-least",
      claim: "Never fewer Ready than replicas - maxUnavailable.",
      kind: "ready-at-least",
      step: "change",
      pods: chosen.replicas - roomOf(chosen, chosen.replicas).unavailable,
    },
    { id: "no-failures", claim: "No request fails.", kind: "no-failed-requests", step: "change" },
  ],
});
