import type { V1Pod, V1PodSpec, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { isReady } from "../../kubernetes/pods.ts";
import { readJson, selectorText, type Transport } from "../api-server.ts";
import { NODE_ADDRESS } from "./address.ts";

/** Whom load that runs in the cluster is for. */
export type LoadTarget = {
  readonly namespace: string;
  /** The stack's name, for the labels. */
  readonly instance: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly service: string;
  readonly port: number;
  readonly path: string;
};

/**
 * Finds the Service's port on every node, and how a pod that is Ready is made. On the pod's own node, because the Service's
 * address within the cluster is nobody's while kube-proxy changes its rules: such connections leave the node, and whoever answers
 * there is none of ours.
 * @throws {UserError} when there is neither.
 */
export async function findTarget(
  transport: Pick<Transport, "request">,
  { namespace, selector, service, port, path }: LoadTarget,
): Promise<{ readonly url: string; readonly like: V1PodSpec }> {
  const core = `/api/v1/namespaces/${namespace}`;
  const labelSelector = selectorText(selector);
  const [{ spec }, { items }] = await Promise.all([
    readJson<V1Service>(transport, `${core}/services/${service}`),
    readJson<{ items: readonly V1Pod[] }>(transport, `${core}/pods?${new URLSearchParams({ labelSelector })}`),
  ]);
  const like = items.find((pod) => !pod.metadata?.deletionTimestamp && isReady(pod))?.spec;
  const nodePort = spec?.ports?.find((one) => one.port === port)?.nodePort;
  if (!like || nodePort === undefined) {
    throw new UserError(
      `load: got ${like ? "no NodePort" : "no Ready pod"} of the Service ${service} in namespace ${namespace}, needed are both. ` +
        `See: kubectl -n ${namespace} get pods,services`,
    );
  }
  return { url: `http://${NODE_ADDRESS}:${nodePort}${path}`, like };
}
