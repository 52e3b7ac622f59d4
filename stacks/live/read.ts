import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { loadDefaultKubeconfig, loadKubeconfigFile } from "./kubeconfig.ts";
import { endingAfter, ifAllowed, loadOfOthers, NOT_ENDED, statusOf } from "./lists.ts";

const TIMEOUT_MS = 10_000;

/** Another file than the user's own kubeconfig, and how long to wait for an answer. */
export type ReadOptions = { readonly kubeconfig?: string; readonly timeoutMs?: number };

/**
 * Reads what runs of a stack in its namespace, by its label, and how much other pods request of the nodes. If the user may not
 * list nodes or pods of other namespaces, the result says nothing of them.
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
  const { AppsV1Api, CoreV1Api } = await import("./kubernetes-client.ts");

  const apps = kubeconfig.makeApiClient(AppsV1Api);
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const options = await endingAfter(timeoutMs);
  const isOurs = ({ metadata }: V1Pod) =>
    metadata?.namespace === namespace && metadata?.labels?.["app.kubernetes.io/instance"] === stack;
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
      foreign: loadOfOthers(running.items, nodes.items, isOurs),
    };
  } catch (cause) {
    throw unreachable(cause, context, kubeconfig.getCurrentCluster()?.server ?? "");
  }
}

/**
 * Loads the user's own kubeconfig, or another file.
 * @throws {UserError} if it cannot be read.
 */
export async function loadKubeconfig(file?: string): Promise<KubeConfig> {
  // These modules take 0.4 s to load, so they are loaded only when the cluster is asked.
  const client = await import("./kubernetes-client.ts");
  const kubeconfig = new client.KubeConfig();
  try {
    if (file) loadKubeconfigFile(kubeconfig, file);
    else loadDefaultKubeconfig(kubeconfig);
  } catch (cause) {
    throw new UserError(`kubeconfig cannot be read: ${(cause as Error).message}. See "bin/lab doctor".`, {
      cause: cause as Error,
    });
  }
  return kubeconfig;
}

/** The URL of each context's API server. */
export async function contextServers(file?: string): Promise<ReadonlyMap<string, string>> {
  const kubeconfig = await loadKubeconfig(file);
  const entries = kubeconfig.getContexts().flatMap(({ name, cluster }) => {
    const server = kubeconfig.getCluster(cluster)?.server;
    return server === undefined ? [] : [[name, server] as const];
  });
  return new Map(entries);
}

/**
 * Selects a context in a kubeconfig that was loaded.
 * @throws {UserError} that names the contexts there are.
 */
export function selectContext(kubeconfig: KubeConfig, context: string): void {
  const names = kubeconfig.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    throw new UserError(
      `kubeconfig has no context ${context}, only: ${names.join(", ") || "none"}. ` +
        `Start the cluster: "bin/lab up pod" (or "minikube start -p ${context}"), or name another one in the stack's config.`,
    );
  }
  kubeconfig.setCurrentContext(context);
}

/** Turns an error of the connection to the API server into a UserError; other errors are returned as they are. */
export function unreachable(cause: unknown, context: string, server: string): unknown {
  const reason = reasonOf(cause);
  if (!reason) return cause;
  return new UserError(
    `kubeconfig context ${context}: the API server ${server} ${reason}. ` +
      `Start the cluster: "bin/lab up pod" (or "minikube start -p ${context}"), or see "bin/lab doctor".`,
    { cause: cause as Error },
  );
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "TimeoutError" || error.name === "AbortError") return "does not answer in time";
  if (statusOf(error) === 401) return "does not know its credentials (401)";
  if (statusOf(error) === 403) return "allows its user too little (403): list pods, services, deployments, replicasets";
  // fetch hides the network's error in the cause of its own.
  if (error.message === "fetch failed") {
    const { code, message } = (error.cause ?? error) as Error & { code?: string };
    return `does not answer: ${code ?? message}`;
  }
  return undefined;
}
