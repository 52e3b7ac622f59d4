import type { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";

/**
 * Loads the user's own kubeconfig, or another file.
 * @throws {UserError} if it cannot be read.
 */
export async function loadKubeconfig(file?: string): Promise<KubeConfig> {
  // 0.4 s of modules, which only who asks the cluster should pay.
  const client = await import("@kubernetes/client-node");
  const kubeconfig = new client.KubeConfig();
  try {
    if (file) kubeconfig.loadFromFile(file);
    else kubeconfig.loadFromDefault();
  } catch (cause) {
    throw new UserError(`kubeconfig cannot be read: ${(cause as Error).message}. See "bin/lab doctor".`, {
      cause: cause as Error,
    });
  }
  return kubeconfig;
}

/** The API servers of a kubeconfig's contexts. */
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

/** Makes the line that a failed question to the API server ends in; what is not about reaching it stays as it is. */
export function unreachable(cause: unknown, context: string, server: string): unknown {
  const reason = reasonOf(cause);
  if (!reason) return cause;
  return new UserError(
    `kubeconfig context ${context}: the API server ${server} ${reason}. ` +
      `Start the cluster: "bin/lab up pod" (or "minikube start -p ${context}"), or see "bin/lab doctor".`,
    { cause: cause as Error },
  );
}

/** HTTP status of an answer that the client turned into an error. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { code?: unknown }).code as number | undefined;

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "TimeoutError" || error.name === "AbortError") return "does not answer in time";
  if (statusOf(error) === 401) return "does not know its credentials (401)";
  if (statusOf(error) === 403) return "allows its user too little (403): list pods, services, deployments, replicasets";
  // fetch wraps what the network said.
  if (error.message === "fetch failed") {
    const { code, message } = (error.cause ?? error) as Error & { code?: string };
    return `does not answer: ${code ?? message}`;
  }
  return undefined;
}
