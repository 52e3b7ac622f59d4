import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { kubernetesTransport, readJson, type StreamingTransport, type Transport } from "../../observer/api-server.ts";
import { loadDefaultKubeconfig } from "../../stacks/live/kubeconfig.ts";
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
    loadDefaultKubeconfig(kubeconfig);
  } catch (cause) {
    throw new UserError(`kubeconfig cannot be read: ${(cause as Error).message}. Name another one: KUBECONFIG=FILE`, {
      cause,
    });
  }
  const names = kubeconfig.getContexts().map(({ name }) => name);
  // A kubeconfig without a current context has none here, whatever the type says.
  const context = asked ?? (kubeconfig.getCurrentContext() as string | undefined) ?? "";
  if (!names.includes(context)) {
    const got = context === "" ? "none, and the kubeconfig has no current context" : JSON.stringify(context);
    const [first] = names;
    throw new UserError(
      first === undefined
        ? `--context: got ${got}; the kubeconfig has no context at all. Name another one: KUBECONFIG=FILE`
        : `--context: got ${got}; allowed: ${names.join(", ")}. For example: --context ${first}`,
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

/**
 * Says where nothing was found because the namespace itself does not exist; other errors are returned as they are, as where
 * namespaces may not be read.
 */
export async function namespaceError(
  error: unknown,
  {
    transport,
    namespace,
    context,
  }: Pick<ClusterAccess, "namespace" | "context"> & { transport: Pick<Transport, "request"> },
): Promise<unknown> {
  if (!(error instanceof UserError)) return error;
  const isThere = await readJson(transport, `/api/v1/namespaces/${namespace}`).then(
    () => true,
    ({ statusCode }: { readonly statusCode?: number }) => statusCode !== 404,
  );
  return isThere
    ? error
    : new UserError(
        `--namespace: got ${JSON.stringify(namespace)}, which the cluster of context ${context} does not have. ` +
          `See which there are: kubectl --context ${context} get namespaces`,
        { cause: error },
      );
}
