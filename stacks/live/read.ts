import type { RequestContext, ResponseContext, V1Node, V1Pod } from "@kubernetes/client-node";
import type { Live } from "../../kubernetes/live.ts";
import { requestsOf, sumRequests } from "../../kubernetes/requests.ts";
import { isSchedulable } from "../../plan/capacity.ts";
import { loadKubeconfig, selectContext, statusOf, unreachable } from "./kubeconfig.ts";

const TIMEOUT_MS = 10_000;

/** Where else to look than in the user's own kubeconfig, and how long to wait for an answer. */
export type ReadOptions = { readonly kubeconfig?: string; readonly timeoutMs?: number };

/**
 * Reads what runs of a stack in its namespace, by its label, and what else the nodes carry. Where the user may not see nodes
 * or other namespaces, nothing is known of them.
 * @throws {UserError} if kubeconfig has no such context, or its API server does not answer in time.
 */
export async function readLive(
  context: string,
  namespace: string,
  stack: string,
  { kubeconfig: file, timeoutMs = TIMEOUT_MS }: ReadOptions = {},
): Promise<Live> {
  const kubeconfig = await loadKubeconfig(file);
  selectContext(kubeconfig, context);
  const { AppsV1Api, CoreV1Api, Observable } = await import("@kubernetes/client-node");

  const apps = kubeconfig.makeApiClient(AppsV1Api);
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const signal = AbortSignal.timeout(timeoutMs);
  const options = {
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
  const ours = { namespace, labelSelector: `app.kubernetes.io/instance=${stack}` };
  try {
    const [deployments, replicaSets, pods, services, nodes, running] = await Promise.all([
      apps.listNamespacedDeployment(ours, options),
      apps.listNamespacedReplicaSet(ours, options),
      core.listNamespacedPod(ours, options),
      core.listNamespacedService(ours, options),
      ifAllowed(core.listNode({}, options)),
      ifAllowed(core.listPodForAllNamespaces({ fieldSelector: NOT_ENDED }, options)),
    ]);
    return {
      deployments: deployments.items,
      replicaSets: replicaSets.items,
      pods: pods.items,
      services: services.items,
      nodes: nodes.items,
      foreign: foreignLoad(running.items, nodes.items, namespace, stack),
    };
  } catch (cause) {
    throw unreachable(cause, context, kubeconfig.getCurrentCluster()?.server ?? "");
  }
}

const NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

async function ifAllowed<Item>(list: Promise<{ items: Item[] }>): Promise<{ items: Item[] }> {
  try {
    return await list;
  } catch (error) {
    if (statusOf(error) === 403) return { items: [] };
    throw error;
  }
}

/** How many pods that have not ended, other than a stack's own, are on the nodes that take pods, and what they reserve. */
function foreignLoad(
  pods: readonly V1Pod[],
  nodes: readonly V1Node[],
  namespace: string,
  stack: string,
): Live["foreign"] {
  const names = new Set(nodes.filter(isSchedulable).map(({ metadata }) => metadata?.name));
  const isOurs = ({ metadata }: V1Pod) =>
    metadata?.namespace === namespace && metadata?.labels?.["app.kubernetes.io/instance"] === stack;
  const foreign = pods.filter((pod) => names.has(pod.spec?.nodeName) && !isOurs(pod));
  return { pods: foreign.length, ...sumRequests(foreign.map(({ spec }) => [requestsOf(spec), 1])) };
}
