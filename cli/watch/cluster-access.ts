import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { kubernetesTransport, readJson, type StreamingTransport, type Transport } from "../../observer/api-server.ts";
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
    const [what = ""] = (cause as Error).message.split("\n");
    throw new UserError(`kubeconfig cannot be read: ${what}. Name another one: KUBECONFIG=FILE`, { cause });
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

/**
 * Says of an answer of the API server that is a no, and of one that does not come, what the user can do about it; other errors are
 * returned as they are.
 */
export function refusedError(
  error: unknown,
  { context, cluster }: Pick<ClusterAccess, "context" | "cluster">,
): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
  if (typeof statusCode !== "number") {
    const isSilent = error.name === "TimeoutError" || (typeof code === "string" && NETWORK_TROUBLE.test(code));
    return isSilent ? silentError(error, { context, cluster }) : error;
  }
  if (statusCode === 401) {
    return new UserError(
      `context ${context}: the API server ${cluster} does not know these credentials (401). Log in anew`,
      cause,
    );
  }
  if (statusCode === 403) {
    return new UserError(
      `context ${context}: ${error.message}. See what is needed: bin/lab watch KIND/NAME --print-rbac`,
      cause,
    );
  }
  // A proxy before the API server may answer with a whole page.
  const [said = ""] = error.message.split("\n");
  const next =
    statusCode === 429 || statusCode >= 500
      ? `That may pass: try again, or see how it is: kubectl --context ${context} get --raw /readyz?verbose`
      : `See what it serves: kubectl --context ${context} api-resources; or name another cluster: --context NAME`;
  return new UserError(
    `context ${context}: the API server ${cluster} answers HTTP ${statusCode}: ${said.slice(0, LONGEST_SAID)}. ${next}`,
    cause,
  );
}

const LONGEST_SAID = 300;
/** What undici and Node.js say of a connection that was not made, or broke. */
const NETWORK_TROUBLE = /^(UND_ERR_|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_TLS|CERT_)/;

/** The same of any failed question to the API server, whatever kept it from being answered. */
export function clusterError(error: unknown, access: Pick<ClusterAccess, "context" | "cluster">): unknown {
  const refused = refusedError(error, access);
  return refused !== error || error instanceof UserError || !(error instanceof Error)
    ? refused
    : silentError(error, access);
}

function silentError(error: Error, { context, cluster }: Pick<ClusterAccess, "context" | "cluster">): UserError {
  const { code, message } = (error.cause ?? error) as Error & { readonly code?: unknown };
  // The code of a DOMException is a number that says nothing.
  const why = typeof code === "string" ? code : message;
  return new UserError(
    `context ${context}: the API server ${cluster} does not answer: ${why}. Ask it yourself: kubectl --context ${context} get --raw /readyz`,
    { cause: error },
  );
}
