import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { isActive, isReady, nameOf, serviceSelects } from "../../kubernetes/pods.ts";
import { readJson, selectorText, type Transport } from "../../observer/api-server.ts";
import { type EndpointSliceObject, endpointsSeen } from "../../observer/watch/objects.ts";
import { isForbidden } from "../../observer/watch/refused.ts";

type Asked = { readonly transport: Pick<Transport, "request">; readonly namespace: string };

/**
 * The Service of a name.
 * @throws {UserError} that names the Services there are.
 */
export function serviceNamed(services: readonly V1Service[], name: string, namespace: string): V1Service {
  const found = services.find((service) => nameOf(service) === name);
  if (found) return found;
  const names = services.map(nameOf).join(", ") || "none";
  throw new UserError(`service: got ${JSON.stringify(name)}, allowed in namespace ${namespace}: ${names}`);
}

/**
 * The Service that selects the pods of a workload, by its name as users type it and the labels of its pods.
 * @throws {UserError} where there is none, or more than one to choose from.
 */
export function onlyService(
  services: readonly V1Service[],
  { name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  namespace: string,
): V1Service {
  const selecting = services.filter((service) => serviceSelects(service, labels));
  const [one, ...more] = selecting;
  if (one && more.length === 0) return one;
  // A headless Service beside another one only gives pods their names.
  const withAddress = selecting.filter(({ spec }) => spec?.clusterIP !== "None");
  if (withAddress[0] && withAddress.length === 1) return withAddress[0];
  throw new UserError(
    one
      ? `--service: ${name} is behind ${selecting.map(nameOf).join(", ")}. Name the one that gets the load: --service ${nameOf(one)}`
      : `${name}: no Service of namespace ${namespace} selects its pods, so it is not known how users reach them. Name an address: --url http://…`,
  );
}

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
