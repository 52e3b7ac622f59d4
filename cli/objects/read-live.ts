import type { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import type { Live } from "../../kubernetes/live.ts";
import { loadDefaultKubeconfig } from "../../stacks/live/kubeconfig.ts";
import { endingAfter, ifAllowed, loadOfOthers, NOT_ENDED, statusOf } from "../../stacks/live/lists.ts";
import { type AnyObject, requireObject } from "./object-schema.ts";

const TIMEOUT_MS = 15_000;
/** 404: the API server does not know the kind. */
const REFUSED = [403, 404];

/** A cluster of a kubeconfig, of which one namespace after the other is read. */
export type LiveCluster = {
  /** Namespace of objects that name none: that of the context. */
  readonly namespace: string;
  readonly read: (namespace: string) => Promise<LiveNamespace>;
};

/** What runs in a namespace, and its objects that limit what may run. */
export type LiveNamespace = { readonly live: Live; readonly limits: readonly AnyObject[] };

/**
 * Opens the cluster of a kubeconfig context, the current one unless it is named. It is only read: lists of workloads, pods, Services,
 * nodes, quotas and autoscalers. What the user may not list is taken for none, but for workloads, pods and Services of the namespace.
 * @throws {UserError} if there is no such context, or its API server does not answer.
 */
export async function openLive(context: string | undefined): Promise<LiveCluster> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  try {
    loadDefaultKubeconfig(kubeconfig);
  } catch (cause) {
    throw new UserError(`kubeconfig cannot be read: ${(cause as Error).message}. Mend it, or leave --live out.`, {
      cause: cause as Error,
    });
  }
  const names = kubeconfig.getContexts().map(({ name }) => name);
  const chosen = context ?? kubeconfig.getCurrentContext();
  if (!names.includes(chosen)) {
    throw new UserError(
      `--context: got ${JSON.stringify(chosen)}, allowed: ${names.join(", ") || "none, as kubeconfig has no context"}. ` +
        `Name one of them, or leave --live out.`,
    );
  }
  kubeconfig.setCurrentContext(chosen);
  const namespace = kubeconfig.getContextObject(chosen)?.namespace ?? "default";
  return {
    namespace,
    read: async (of) => {
      try {
        return await readNamespace(kubeconfig, of);
      } catch (cause) {
        throw unanswered(cause, chosen, kubeconfig.getCurrentCluster()?.server ?? "");
      }
    },
  };
}

async function readNamespace(kubeconfig: KubeConfig, namespace: string): Promise<LiveNamespace> {
  const { AppsV1Api, AutoscalingV2Api, CoreV1Api } = await import("@kubernetes/client-node");
  const apps = kubeconfig.makeApiClient(AppsV1Api);
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const options = await endingAfter(TIMEOUT_MS);
  const [deployments, replicaSets, statefulSets, pods, services, nodes, all, quotas, scalers] = await Promise.all([
    apps.listNamespacedDeployment({ namespace }, options),
    apps.listNamespacedReplicaSet({ namespace }, options),
    apps.listNamespacedStatefulSet({ namespace }, options),
    core.listNamespacedPod({ namespace }, options),
    core.listNamespacedService({ namespace }, options),
    ifAllowed(core.listNode({}, options), REFUSED),
    ifAllowed(core.listPodForAllNamespaces({ fieldSelector: NOT_ENDED }, options), REFUSED),
    ifAllowed(core.listNamespacedResourceQuota({ namespace }, options), REFUSED),
    ifAllowed(
      kubeconfig.makeApiClient(AutoscalingV2Api).listNamespacedHorizontalPodAutoscaler({ namespace }, options),
      REFUSED,
    ),
  ]);
  const live = {
    deployments: deployments.items,
    replicaSets: replicaSets.items,
    statefulSets: statefulSets.items,
    pods: pods.items,
    services: services.items,
    nodes: nodes.items,
    foreign: loadOfOthers(all.items, nodes.items, ({ metadata }) => metadata?.namespace === namespace),
  };
  const limits = [
    ...quotas.items.map((item) => ({ apiVersion: "v1", kind: "ResourceQuota", ...item })),
    ...scalers.items.map((item) => ({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", ...item })),
  ];
  return { live, limits: limits.map(asObject) };
}

function asObject(item: unknown): AnyObject {
  requireObject(item, "the cluster's object");
  return item;
}

/** An error of the connection as a UserError; others are bugs, and stay as they are. */
function unanswered(cause: unknown, context: string, server: string): unknown {
  if (!(cause instanceof Error) || cause instanceof UserError) return cause;
  const reason = reasonOf(cause);
  return reason === undefined
    ? cause
    : new UserError(
        `--live: the API server ${server} of context ${context} ${reason}, allowed: one that lets you list. ` +
          `Try: kubectl --context ${context} get pods. Or leave --live out and say by --from what runs.`,
        { cause },
      );
}

function reasonOf(error: Error): string | undefined {
  if (error.name === "TimeoutError" || error.name === "AbortError") return "does not answer in time";
  if (statusOf(error) === 401) return "does not know your credentials (401)";
  if (statusOf(error) === 403)
    return "lets you list too little (403): deployments, replicasets, pods and services are needed";
  if (error.message === "fetch failed") {
    const { code, message } = (error.cause ?? error) as Error & { code?: string };
    return `does not answer: ${code ?? message}`;
  }
  return undefined;
}
