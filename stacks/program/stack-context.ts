import type { V1Container } from "@kubernetes/client-node";
import { IMAGE_ANNOTATION } from "../../kubernetes/labels.ts";
import { releaseOf } from "../../kubernetes/pods.ts";
import { ANYBODY, type PlanContext } from "../../plan/plan-context.ts";

/** What plans of the lab's own stacks go by: Pulumi applies them, and the service's variables say how it starts and stops. */
export const STACK_CONTEXT: PlanContext = {
  ...ANYBODY,
  appliedBy: "pulumi",
  // How long Pulumi waits by default for a resource that never gets ready.
  waitingMs: { least: 60_000, most: 600_000 },
  releaseOf,
  imageAnnotation: IMAGE_ANNOTATION,
  // A user may put a Pod or a Service beside ours to try something out; of those only Pulumi's own are removed.
  removes: ({ kind, metadata }) =>
    !["Pod", "Service"].includes(kind) || metadata?.labels?.["app.kubernetes.io/managed-by"] === "pulumi",
  startDelayMs: (container) => variable(container, "FAULT_START_DELAY_MS"),
  drainMs: (container) => variable(container, "DRAIN_MS"),
  neverReady: (template) => {
    const release = releaseOf(template);
    // The releases that demonstrate a stopped rollout have this ending.
    return release.endsWith("-broken") ? `release ${release} is made never to get ready` : undefined;
  },
};

function variable({ env = [] }: V1Container, name: string): number {
  return Number(env.find((entry) => entry.name === name)?.value ?? 0) || 0;
}
