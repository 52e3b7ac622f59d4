import type { V1Container, V1Pod, V1PodTemplateSpec } from "@kubernetes/client-node";
import type { Template } from "../plan-context.ts";

/**
 * The template that a pod was made of, as far as the pod tells: without the names that a StatefulSet's controller gives it, without the
 * volume of the service account's token, and without containers that were added to debug it. Its labels and annotations are all that
 * it has.
 */
export function templateIn({ metadata, spec }: V1Pod): V1PodTemplateSpec {
  if (!spec) return { ...(metadata && { metadata }) };
  const { hostname, subdomain, ephemeralContainers: _, volumes = [], ...rest } = spec;
  const isOrdered = metadata?.ownerReferences?.some(({ kind }) => kind === "StatefulSet") === true;
  const own = volumes.filter((volume) => !isToken(volume));
  return {
    ...(metadata && { metadata }),
    spec: {
      ...rest,
      ...(!isOrdered && { ...(hostname && { hostname }), ...(subdomain && { subdomain }) }),
      containers: spec.containers.map(withoutToken),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withoutToken) }),
      ...(own.length > 0 && { volumes: own }),
    },
  };
}

/** A pod without the labels and annotations that none of the templates names: its controller, admission or others gave it those. */
export function withNamedMetadata(pod: V1Pod, templates: readonly Template[]): V1Pod {
  const kept = (kind: "labels" | "annotations") => {
    const named = new Set(templates.flatMap(({ metadata }) => Object.keys(metadata?.[kind] ?? {})));
    return Object.fromEntries(Object.entries(pod.metadata?.[kind] ?? {}).filter(([key]) => named.has(key)));
  };
  return { ...pod, metadata: { ...pod.metadata, labels: kept("labels"), annotations: kept("annotations") } };
}

const isToken = ({ name }: { readonly name: string }) => name.startsWith("kube-api-access-");

function withoutToken({ volumeMounts = [], ...container }: V1Container): V1Container {
  const mounts = volumeMounts.filter((mount) => !isToken(mount));
  return { ...container, ...(mounts.length > 0 && { volumeMounts: mounts }) };
}
