import Type, { type Static } from "typebox";
import { defineExperiment } from "./experiment.ts";
import { disruptionBudget, networkPolicy, service } from "./objects/around-pods.ts";
import { APP, FORCED, labels, selector } from "./objects/labels.ts";
import { replicatedTemplate } from "./objects/pod-template.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";

const REPLICAS = 3;
const FEWER = 2;
const MORE = 5;

const settings = Type.Object({
  ...podSettings.properties,
  replicas: Type.Integer({ minimum: 1, maximum: 50, default: REPLICAS, description: "Pods to serve with" }),
});

/** A ReplicaSet whose image and number change at once. */
export const replicaset = defineExperiment({
  title: "A ReplicaSet is no rollout",
  question: "Which releases run after a ReplicaSet's image was changed together with its number of pods?",
  nodePort: 30_053,
  settings,
  conflict: podSettingsConflict,
  resources: (context) => [
    {
      name: "replicaset",
      manifest: {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: {
          name: APP,
          namespace: context.namespace,
          labels: labels(context),
          // Without this Pulumi returns as soon as the ReplicaSet is changed, before its pods are ready.
          annotations: {
            ...FORCED,
            "pulumi.com/waitFor": `jsonpath={.status.readyReplicas}=${context.settings.replicas}`,
          },
        },
        spec: {
          replicas: context.settings.replicas,
          selector: { matchLabels: { ...selector(context.stack) } },
          template: replicatedTemplate(context),
        },
      },
      timeouts: { create: "2m", update: "2m", delete: "2m" },
    },
    service(context),
    disruptionBudget(context),
    networkPolicy(context),
  ],
  steps: ({ replicas }: Static<typeof settings>) => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1", replicas: String(replicas) } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    {
      id: "fewer",
      kind: "up",
      title: "Release v2 and fewer pods",
      config: { release: "v2", replicas: String(FEWER) },
      observeMs: 5_000,
    },
    { id: "delete", kind: "delete-pods", title: "Delete the pods by hand" },
    { id: "reset", kind: "reset", title: "Begin anew with v1", config: { release: "v1", replicas: String(replicas) } },
    {
      id: "more",
      kind: "up",
      title: "Release v2 and more pods",
      config: { release: "v2", replicas: String(MORE) },
      observeMs: 5_000,
    },
  ],
  hypotheses: ({ replicas }) => [
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "fewer",
      claim: "With fewer pods the survivors keep the old image.",
      kind: "pods-by-release",
      step: "fewer",
      pods: { v1: FEWER },
      survivors: FEWER,
    },
    {
      id: "delete",
      claim: "Only deleting pods brings the new image.",
      kind: "pods-by-release",
      step: "delete",
      pods: { v2: FEWER },
      survivors: 0,
    },
    {
      id: "more",
      claim: "With more pods the old ones stay old, and only the added ones are new.",
      kind: "pods-by-release",
      step: "more",
      pods: { v1: replicas, v2: MORE - replicas },
      survivors: replicas,
    },
  ],
});
