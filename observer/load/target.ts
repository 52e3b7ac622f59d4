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
  /** Name of the load's Job; LOAD_NAME unless it is given. */
  readonly name?: string;
  /** Image of the load's pod; that of a Ready pod unless it is given. */
  readonly image?: string;
  /** Where requests go; the Service's NodePort and the path unless it is given. The host may be NODE_ADDRESS. */
  readonly url?: string;
  /** Annotations of the load's Job. */
  readonly annotations?: Readonly<Record<string, string>>;
};

/**
 * Finds the URL of the Service's NodePort on the load pod's own node, and the spec of a Ready pod to copy. Load does not call the
 * ClusterIP: while kube-proxy rewrites its rules the ClusterIP has no owner, so connections leave the node and reach a host
 * outside the cluster.
 * @throws {UserError} when the NodePort is missing and no URL is given, or a Ready pod is and no image is given.
 */
export async function findTarget(
  transport: Pick<Transport, "request">,
  { namespace, selector, service, port, path, ...given }: LoadTarget,
): Promise<{ readonly url: string; readonly like?: V1PodSpec }> {
  const core = `/api/v1/namespaces/${namespace}`;
  const labelSelector = selectorText(selector);
  const [nodePort, { items }] = await Promise.all([
    given.url === undefined ? nodePortOf(transport, `${core}/services/${service}`, port) : undefined,
    readJson<{ items: readonly V1Pod[] }>(transport, `${core}/pods?${new URLSearchParams({ labelSelector })}`),
  ]);
  const like = items.find((pod) => !pod.metadata?.deletionTimestamp && isReady(pod))?.spec;
  const url = given.url ?? (nodePort === undefined ? undefined : `http://${NODE_ADDRESS}:${nodePort}${path}`);
  if (url === undefined || (!like && given.image === undefined)) {
    throw new UserError(
      `load: got ${url === undefined ? "no NodePort" : "no Ready pod"} of the Service ${service} in namespace ${namespace}, needed are both. ` +
        `See: kubectl -n ${namespace} get pods,services`,
    );
  }
  return { url, ...(like && { like }) };
}

async function nodePortOf(
  transport: Pick<Transport, "request">,
  path: string,
  port: number,
): Promise<number | undefined> {
  const { spec } = await readJson<V1Service>(transport, path);
  return spec?.ports?.find((one) => one.port === port)?.nodePort;
}
