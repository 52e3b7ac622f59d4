import { hookOf } from "../../kubernetes/helm-hooks.ts";
import { type AnyObject, isPlanned, kindOf } from "./object-schema.ts";

/** An object that may make pods and has no plan, and why. */
export type NotPlanned = { readonly object: string; readonly why: string };

const WHY: Readonly<Record<string, string>> = {
  "apps/v1/DaemonSet": "a pod for each node",
  "batch/v1/Job": "pods that end",
  "batch/v1/CronJob": "pods that end, by the clock",
  "v1/ReplicationController": "an older ReplicaSet",
};

/** Groups of the API server's own kinds of which none makes pods, but for those in `WHY` and the planned ones. */
const PODLESS_GROUPS = [
  "",
  "apps",
  "batch",
  "admissionregistration.k8s.io",
  "autoscaling",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "apiregistration.k8s.io",
];

/**
 * Objects whose pods are not planned: hooks, workloads of other kinds, and kinds that only their own controllers know. Objects that
 * make no pods, such as a ConfigMap, are passed over.
 */
export const notPlanned = (objects: readonly AnyObject[]): readonly NotPlanned[] =>
  objects.flatMap((object) => {
    const why = reasonOf(object);
    return why === undefined ? [] : [{ object: `${object.kind}/${object.metadata.name}`, why }];
  });

function reasonOf(object: AnyObject): string | undefined {
  const hook = hookOf(object);
  const kind = kindOf(object);
  if (hook !== undefined && (WHY[kind] || isPlanned(object))) return `a Helm hook, ${hook}`;
  if (isPlanned(object)) return undefined;
  if (WHY[kind]) return WHY[kind];
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  if (group === "apiextensions.k8s.io") return "defines a kind, and makes no pod itself";
  return PODLESS_GROUPS.includes(group ?? "") ? undefined : `what ${kind} makes, only its own controller knows`;
}
