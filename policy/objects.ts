import { NODE_PORTS } from "../common/lab-node-ports.ts";
import { objectRule, type Rule } from "./rule.ts";

/** Rules for objects that are no pods, and for fields of pods' owners. */
export const objects: readonly Rule[] = [
  objectRule(
    { name: "progress-deadline", audience: "ours" },
    "A Deployment that gets nowhere is given up.",
    function* (manifest) {
      if (manifest.kind !== "Deployment") return;
      const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = manifest.spec ?? {};
      const path = "spec.progressDeadlineSeconds";
      if (deadline === undefined) yield { path, message: "must be given: by default it takes 10 minutes" };
      else if (deadline <= minReadySeconds) {
        yield { path, message: `must exceed minReadySeconds, which is ${minReadySeconds}, is ${deadline}` };
      }
    },
  ),

  objectRule(
    { name: "restricted-namespace", audience: "ours" },
    "The API server itself refuses pods that are not restricted.",
    function* (manifest) {
      if (manifest.kind !== "Namespace") return;
      for (const mode of ["enforce", "warn"]) {
        const label = `pod-security.kubernetes.io/${mode}`;
        const got = manifest.metadata.labels?.[label];
        if (got !== "restricted") yield { path: "metadata.labels", message: `${label} must be restricted, is ${got}` };
      }
    },
  ),

  objectRule(
    { name: "node-port", audience: "ours" },
    "NodePorts are among those that the lab publishes.",
    function* (manifest) {
      if (manifest.kind !== "Service") return;
      for (const [index, { nodePort }] of (manifest.spec?.ports ?? []).entries()) {
        if (nodePort === undefined || (nodePort >= NODE_PORTS.first && nodePort <= NODE_PORTS.last)) continue;
        const message = `must be ${NODE_PORTS.first}-${NODE_PORTS.last}, is ${nodePort}`;
        yield { path: `spec.ports[${index}].nodePort`, message };
      }
    },
  ),
];
