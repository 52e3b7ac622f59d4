import { defineExperiment } from "./experiment.ts";
import { networkPolicy, service } from "./objects/around-pods.ts";
import { barePod } from "./objects/pod-template.ts";
import { podSettings, podSettingsConflict } from "./settings/pod.ts";

/** A bare Pod and a NodePort Service. */
export const pod = defineExperiment({
  title: "A bare Pod",
  question: "Does a single Pod serve the model from an image that was built in the node's own docker daemon?",
  nodePort: 30_050,
  settings: podSettings,
  conflict: podSettingsConflict,
  resources: (context) => [barePod(context), service(context), networkPolicy(context)],
  steps: () => [
    { id: "deploy", kind: "up", title: "Deploy release v1", config: { release: "v1" } },
    { id: "again", kind: "no-op", title: "Deploy the same again" },
    { id: "change", kind: "up", title: "Replace it with release v2", config: { release: "v2" } },
  ],
  hypotheses: () => [
    {
      id: "ready",
      claim: "The Pod becomes Ready within 60 s.",
      kind: "pods-ready",
      step: "deploy",
      pods: 1,
      withinMs: 60_000,
    },
    { id: "local-image", claim: "Its image came from the node's own daemon.", kind: "image-not-pulled" },
    {
      id: "same-answer",
      claim: "It answers what the model itself answers.",
      kind: "answers-equal-model",
      maxAbsoluteDifference: 1e-6,
    },
    { id: "no-op", claim: "Deploying the same again changes nothing.", kind: "nothing-changes", step: "again" },
    {
      id: "outage",
      claim: "A bare Pod is deleted before its successor comes: users are without service meanwhile.",
      kind: "some-failed-requests",
      step: "change",
    },
  ],
});
