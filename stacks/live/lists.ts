import type { RequestContext, ResponseContext, V1Node, V1Pod } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { isSchedulable } from "../../kubernetes/pods.ts";
import { requestsOf, sumRequests } from "../../kubernetes/requests.ts";

/** The field selector of pods that take room on a node. */
export const NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

/** Options with which requests of the Kubernetes client end together when the time is up. */
export async function endingAfter(timeoutMs: number) {
  // The client takes 0.4 s to load, so it is loaded only when a cluster is asked.
  const { Observable } = await import("./kubernetes-client.ts");
  const signal = AbortSignal.timeout(timeoutMs);
  return {
    middleware: [
      {
        pre: (request: RequestContext) => {
          request.setSignal(signal);
          return new Observable(Promise.resolve(request));
        },
        post: (response: ResponseContext) => new Observable(Promise.resolve(response)),
      },
    ],
    middlewareMergeStrategy: "append" as const,
  };
}

/** A list, or none where it is refused with one of these HTTP statuses. */
export async function ifAllowed<Item>(
  list: Promise<{ items: Item[] }>,
  refused: readonly number[] = [403],
): Promise<{ items: Item[] }> {
  try {
    return await list;
  } catch (error) {
    if (refused.includes(statusOf(error) ?? 0)) return { items: [] };
    throw error;
  }
}

/** HTTP status of an error of the Kubernetes client; undefined if the server gave no answer. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { code?: unknown }).code as number | undefined;

/** The pods that are not `ours` and run on schedulable nodes: their number, and the sum of their requests. */
export function loadOfOthers(
  pods: readonly V1Pod[],
  nodes: readonly V1Node[],
  isOurs: (pod: V1Pod) => boolean,
): Live["foreign"] {
  const names = new Set(nodes.filter(isSchedulable).map(({ metadata }) => metadata?.name));
  const others = pods.filter((pod) => names.has(pod.spec?.nodeName) && !isOurs(pod));
  return { pods: others.length, ...sumRequests(others.map(({ spec }) => [requestsOf(spec), 1])) };
}
