import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { kubernetesTransport, type StreamingTransport } from "../../observer/api-server.ts";
import type { WatchRequest } from "./watch-request.ts";

/** The cluster and the namespace of a watch, and the way to its API server. */
export interface ClusterAccess {
  readonly kubeconfig: KubeConfig;
  readonly context: string;
  /** Address of the API server, without credentials: `192.168.49.2:8443`. */
  readonly cluster: string;
  readonly namespace: string;
  readonly transport: StreamingTransport;
}

/**
 * Opens the cluster of the context that was asked for, or else of the current one.
 * @throws {UserError} where the kubeconfig cannot be read or has no such context.
 */
export function openCluster({ context: asked, namespace }: Pick<WatchRequest, "context" | "namespace">): ClusterAccess {
  const kubeconfig = new KubeConfig();
  try {
    kubeconfig.loadFromDefault();
  } catch (cause) {
    throw new UserError(`kubeconfig cannot be read: ${(cause as Error).message}. Name another one: KUBECONFIG=FILE`, {
      cause,
    });
  }
  const names = kubeconfig.getContexts().map(({ name }) => name);
  const context = asked ?? kubeconfig.getCurrentContext();
  if (!names.includes(context)) {
    throw new UserError(
      `--context: got ${JSON.stringify(context)}, allowed: ${names.join(", ") || "none, as the kubeconfig has none"}`,
    );
  }
  kubeconfig.setCurrentContext(context);
  const server = kubeconfig.getCurrentCluster()?.server ?? "";
  if (!URL.canParse(server)) throw new UserError(`kubeconfig: context ${context} names no cluster with an address`);
  return {
    kubeconfig,
    context,
    cluster: new URL(server).host,
    namespace: namespace ?? kubeconfig.getContextObject(context)?.namespace ?? "default",
    transport: kubernetesTransport(kubeconfig),
  };
}

/** Says of a failed question to the API server what the user can do about it; other errors are returned as they are. */
export function clusterError(
  error: unknown,
  { context, cluster }: Pick<ClusterAccess, "context" | "cluster">,
): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { statusCode } = error as { readonly statusCode?: number };
  if (statusCode === 401) {
    return new UserError(
      `context ${context}: the API server ${cluster} does not know these credentials (401). Log in anew`,
      {
        cause: error,
      },
    );
  }
  if (statusCode === 403) {
    return new UserError(
      `context ${context}: ${error.message}. See what is needed: bin/lab watch KIND/NAME --print-rbac`,
      {
        cause: error,
      },
    );
  }
  if (statusCode !== undefined) return error;
  const { code, message } = (error.cause ?? error) as Error & { readonly code?: string };
  return new UserError(`context ${context}: the API server ${cluster} does not answer: ${code ?? message}`, {
    cause: error,
  });
}
