import { KubeConfig } from "@kubernetes/client-node";
import {
  kubernetesTransport,
  readJson,
  type StreamingTransport,
  selectorText,
  type Transport,
} from "../../observer/api-server.ts";
import { loadDefaultKubeconfig } from "../../stacks/live/kubeconfig.ts";
import { readyPod } from "../service.ts";
import type { StackFacts } from "./facts.ts";

/** The API server of a context of the user's kubeconfig. */
export function clusterTransport(context: string): StreamingTransport {
  const kubeconfig = new KubeConfig();
  loadDefaultKubeconfig(kubeconfig);
  kubeconfig.setCurrentContext(context);
  return kubernetesTransport(kubeconfig);
}

/**
 * Makes a check whether it is a pod of the stack that answers under a base URL: whoever listens there must say a name that
 * the cluster knows among the stack's pods.
 */
export function answersAsStack(
  transport: Pick<Transport, "request">,
  { namespace, selector }: Pick<StackFacts, "namespace" | "selector">,
): (baseUrl: string) => Promise<boolean> {
  const query = new URLSearchParams({ labelSelector: selectorText(selector) });
  const path = `/api/v1/namespaces/${namespace}/pods?${query}`;
  return async (baseUrl) => {
    const name = await readyPod(baseUrl);
    if (name === undefined) return false;
    // An API server that does not answer now is asked again with the next try.
    const pods = await readJson<{ items: readonly { metadata: { name: string } }[] }>(transport, path).catch(
      () => undefined,
    );
    return pods?.items.some(({ metadata }) => metadata.name === name) ?? false;
  };
}
