import Type from "typebox";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import { deployment, rollingUpdate } from "./objects/deployment.ts";
import { withDefaults } from "./settings/parse.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { replicaConflict, replicaSettings, rollingSettings } from "./settings/replicas.ts";

const settings = Type.Object({
  ...podSettings.properties,
  ...withDefaults(replicaSettings(6), { minReadySeconds: 5 }).properties,
  ...rollingSettings("100%", "0").properties,
});

/** A Deployment with a surge of 100 %: all new pods are ready before the first old one goes. */
export const blueGreen = defineExperiment({
  title: "Blue-green by surge",
  question: "Is there a moment with all old and all new pods, and does any client notice the change?",
  nodePort: 30_054,
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
    { id: "change", kind: "up", title: "Change to release v2", config: { release: "v2" }, observeMs: 5_000 },
  ],
  hypotheses: ({ replicas }) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "together",
      claim: "At some instant all old and all new pods are Ready.",
      kind: "all-ready-together",
      step: "change",
      old: replicas,
      new: replicas,
    },
    {
      id: "never-fewer",
      claim: "Never fewer than the wanted number of pods are Ready.",
      kind: "ready-at-least",
      step: "change",
      pods: replicas,
    },
    { id: "no-failures", claim: "No request fails.", kind: "no-failed-requests", step: "change" },
    {
      id: "same-answer",
      claim: "Every answer is that of the release that gave it.",
      kind: "answers-equal-model",
      maxAbsoluteDifference: 1e-6,
    },
  ],
});
