import Type from "typebox";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import { deployment } from "./objects/deployment.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";
import { replicaConflict, replicaSettings } from "./settings/replicas.ts";

const settings = Type.Object({ ...podSettings.properties, ...replicaSettings(6).properties });

/** A Deployment that stops all old pods before it starts the first new one. */
export const recreate = defineExperiment({
  title: "Recreate",
  question: "What does it cost users if no two releases may ever run together?",
  nodePort: 30_057,
  settings,
  conflict: (chosen) => podSettingsConflict(chosen) ?? replicaConflict(chosen),
  resources: (context) => [
    deployment(context, { strategy: { type: "Recreate" } }),
    service(context),
    disruptionBudget(context),
    networkPolicy(context),
  ],
  steps: () => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    { id: "change", kind: "up", title: "Change to release v2", config: { release: "v2" }, observeMs: 5_000 },
  ],
  hypotheses: () => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    { id: "apart", claim: "No two releases are Ready at once.", kind: "never-both-ready", step: "change" },
    { id: "outage", claim: "Meanwhile requests fail.", kind: "some-failed-requests", step: "change" },
  ],
});
