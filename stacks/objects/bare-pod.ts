import type { Context, ObjectDeclaration } from "../experiment.ts";
import type { PodSettings } from "../settings/pod.ts";
import { APP } from "./labels.ts";
import { type PodOptions, podTemplate } from "./pod-template.ts";

/** A Pod that nothing owns. As its name is fixed the old one goes before the new one comes: an outage. */
export function barePod(context: Context<PodSettings>, options: PodOptions = {}): ObjectDeclaration {
  const { metadata, spec } = podTemplate(context, options);
  return {
    name: "pod",
    manifest: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: APP, namespace: context.namespace, ...metadata },
      ...(spec && { spec }),
    },
    timeouts: { create: "2m", update: "2m", delete: "1m" },
  };
}
