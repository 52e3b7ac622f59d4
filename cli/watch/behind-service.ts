import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { isActive, isReady, nameOf, serviceSelects } from "../../kubernetes/pods.ts";
import { readJson, selectorText, type Transport } from "../../observer/api-server.ts";
import { type EndpointSliceObject, endpointsSeen } from "../../observer/watch/objects.ts";
import { isForbidden } from "../../observer/watch/refused.ts";

type Asked = { readonly transport: Pick<Transport, "request">; readonly namespace: string };

/** The pods that a Service selects; neither those that have ended nor those that terminate. */
export const podsBehind = (service: V1Service, pods: readonly V1Pod[]): readonly V1Pod[] =>
  pods.filter((pod) => isActive(pod) && serviceSelects(service, pod.metadata?.labels));

/**
 * A Service without a ready endpoint refuses requests whether anything changes or not: nothing could be decided. `pods` are those
 * of the namespace; undefined where they may not be listed.
 * @throws {UserError} where nothing behind the Service is ready.
 */
export async function requireReady(
  asked: Asked,
  service: V1Service,
  pods: readonly V1Pod[] | undefined,
): Promise<void> {
  const { selector = {}, publishNotReadyAddresses, type } = service.spec ?? {};
  // Requests reach pods that are not Ready, or a name outside the cluster, of which Kubernetes knows nothing.
  if (publishNotReadyAddresses || type === "ExternalName") return;
  const isSelecting = Object.keys(selector).length > 0;
  const found = isSelecting ? pods && podReadiness(service, pods) : await endpointReadiness(asked, service);
  if (!found || found.isReady) return;
  throw new UserError(
    `service/${nameOf(service)}: ${found.lacks}, so every request fails already before the change, and nothing would be decided. ` +
      `See why: kubectl -n ${asked.namespace} ${found.see}; or name another address: --url http://…`,
  );
}

type Readiness = { readonly isReady: boolean; readonly lacks: string; readonly see: string };

function podReadiness(service: V1Service, pods: readonly V1Pod[]): Readiness {
  const behind = podsBehind(service, pods);
  return { isReady: behind.some(isReady), lacks: `none of its ${behind.length} pods is Ready`, see: "get pods" };
}

/** What the EndpointSlices say that somebody wrote; undefined where they may not be listed. */
async function endpointReadiness({ transport, namespace }: Asked, service: V1Service): Promise<Readiness | undefined> {
  const labelSelector = selectorText({ "kubernetes.io/service-name": nameOf(service) });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${new URLSearchParams({ labelSelector })}`;
  const slices = await readJson<{ items: readonly EndpointSliceObject[] }>(transport, path).catch((error: unknown) => {
    if (!isForbidden(error)) throw error;
    return undefined;
  });
  return (
    slices && {
      isReady: slices.items.some((slice) => endpointsSeen(slice, "listed").ready.length > 0),
      lacks: "it has no selector, and no EndpointSlice with a ready endpoint",
      see: `get endpointslices -l ${labelSelector}`,
    }
  );
}
