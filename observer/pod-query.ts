import type { V1PodStatus } from "@kubernetes/client-node";

/** A label selector as the API server's queries take it. */
export const selectorText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** Whether a pod's status says that it is Ready. */
export const isReady = (
  status:
    | { readonly conditions?: readonly Pick<NonNullable<V1PodStatus["conditions"]>[number], "type" | "status">[] }
    | undefined,
): boolean =>
  status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
