import { Namespace, Service } from "@pulumi/kubernetes/core/v1/index.js";
import { barePod } from "./bare-pod.ts";
import { defineExperiment } from "./experiment.ts";
import { APP, namespaceManifest, podSettings, podSettingsConflict, serviceManifest } from "./workload.ts";

/** A bare Pod and a NodePort Service. */
export const pod = defineExperiment({
  title: "A bare Pod",
  question: "Does a single Pod serve the model from an image that was built in the node's own docker daemon?",
  nodePort: 30_050,
  settings: podSettings,
  conflict: podSettingsConflict,
  resources(context) {
    const { parent, provider, imageReady } = context;
    const namespace = new Namespace("namespace", namespaceManifest(context), {
      parent,
      provider,
      // A failed build leaves the cluster as it was.
      dependsOn: imageReady,
      customTimeouts: { delete: "2m" },
    });
    barePod(context, namespace);
    new Service("service", serviceManifest(context), { parent: namespace, provider });
    return [{ kind: "Pod", name: APP }];
  },
  steps: [
    { kind: "up", title: "Deploy release v1", config: { release: "v1" } },
    { kind: "no-op", title: "Deploy the same again" },
    { kind: "up", title: "Replace it with release v2", config: { release: "v2" } },
  ],
  hypotheses: [
    { id: "ready", claim: "The Pod becomes Ready within 60 s.", kind: "pods-ready", pods: 1, withinMs: 60_000 },
    { id: "local-image", claim: "Its image came from the node's own daemon.", kind: "image-not-pulled" },
    {
      id: "same-answer",
      claim: "It answers what the model itself answers.",
      kind: "answers-equal-model",
      maxAbsoluteDifference: 1e-6,
    },
  ],
});
