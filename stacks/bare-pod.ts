import { Provider } from "@pulumi/kubernetes";
import { Pod } from "@pulumi/kubernetes/core/v1/index.js";
import type { Resource } from "@pulumi/pulumi";
import type { Context } from "./experiment.ts";
import { APP, type PodSettings, podLabels, podSpec } from "./workload.ts";

/**
 * Registers a Pod that nothing owns, so that every change of its spec replaces it. As its name is fixed the old one
 * goes before the new one comes: an outage, which a Deployment avoids.
 */
export function barePod(context: Context<PodSettings>, parent: Resource): Pod {
  // With server-side apply the preview of a replacement is a dry run against the old Pod, which the API server refuses
  // for nearly every field (pulumi-kubernetes issue 3984); without it preview does not ask.
  const provider = new Provider(
    "kubernetes-pod",
    { context: context.profile, enableServerSideApply: false },
    { parent: context.parent },
  );
  return new Pod(
    "pod",
    {
      metadata: { name: APP, namespace: context.namespace, labels: podLabels(context) },
      spec: podSpec(context),
    },
    {
      parent,
      provider,
      // The API changes next to nothing of a Pod in place, and the provider does not know all that it refuses.
      replaceOnChanges: ["spec"],
      deleteBeforeReplace: true,
      customTimeouts: { create: "2m", update: "2m", delete: "1m" },
    },
  );
}
