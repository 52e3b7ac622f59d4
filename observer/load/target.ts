import type { V1Pod, V1PodSpec, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { isReady } from "../../kubernetes/pods.ts";
import { readJson, selectorText, type Transport } from "../api-server.ts";
import { NODE_ADDRESS } from "./address.ts";

/** The Service that load in the cluster calls, and the pods behind it. */
export type LoadTarget = {
  readonly namespace: string;
  /** The stack's name, for the labels of the load's objects. */
  readonly instance: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly service: string;
  readonly port: number;
  readonly path: string;
};

/**
 * Finds the URL of the Service's NodePort on the load pod's own node, and the spec of a Ready pod to copy. Load does not call the
 * ClusterIP: while kube-proxy rewrites its rules the ClusterIP has no owner, so connections leave the node and reach a host
 * outside the cluster.
 * @throws {UserError} when the NodePort or a Ready pod is missing.
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
