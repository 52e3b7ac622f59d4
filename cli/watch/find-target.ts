import type { V1Deployment, V1Node, V1Pod, V1ReplicaSet, V1Service, V1StatefulSet } from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { nameOf, serviceSelects } from "../../kubernetes/pods.ts";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { WorkloadKind, WorkloadName } from "../../observer/watch/ownership.ts";
import { isForbidden, isGone } from "../../observer/watch/refused.ts";
import { podsBehind, requireReady } from "./behind-service.ts";
import { typedName, type WatchedName, type WatchRequest } from "./watch-request.ts";

/** A workload as it is before the change. */
export type WatchedWorkload =
  | { readonly kind: "Deployment"; readonly object: V1Deployment }
  | { readonly kind: "StatefulSet"; readonly object: V1StatefulSet }
  | { readonly kind: "ReplicaSet"; readonly object: V1ReplicaSet }
  | { readonly kind: "Pod"; readonly object: V1Pod };

/** What a watch is about: all workloads behind one Service, or one workload that is reached by an address. */
export interface Target {
  readonly workloads: readonly WatchedWorkload[];
  /** Absent where only an address says how the pods are reached. */
  readonly service?: V1Service;
  /** Nodes of the cluster; empty where they may not be listed. */
  readonly nodes: readonly V1Node[];
  /** What the user should know of the choice. */
  readonly notes: readonly string[];
}

type Asked = { readonly transport: Pick<Transport, "request">; readonly namespace: string };

/**
 * Finds the workloads that a name means, and the Service that leads to them. A pod or ReplicaSet that has a controller stands for
 * that controller, since this is what replaces it. Other workloads behind the same Service are watched as well: their pods answer
 * the same requests.
 * @throws {UserError} where there is no such workload, no pod behind the Service, or more than one Service to choose from.
 */
export async function findTarget(
  access: Asked,
  { watched, service: asked, url }: Pick<WatchRequest, "watched" | "service" | "url">,
): Promise<Target> {
  const notes: string[] = [];
  const [pods, services, nodes] = await Promise.all([
    list<V1Pod>(access, "/api/v1", "pods").catch(unlessForbidden(notes, NO_PODS)),
    // Where an address is given, no Service has to be found.
    watched.kind !== "Service" && asked === undefined && url !== undefined
      ? []
      : list<V1Service>(access, "/api/v1", "services"),
    list<V1Node>({ ...access, namespace: undefined }, "/api/v1", "nodes").catch(unlessForbidden(notes, NO_NODES)),
  ]);
  const named = watched.kind === "Service" ? undefined : await workloadOf(access, watched);
  const top = named && (await topOf(access, named));
  if (named && top && idOf(named) !== idOf(top))
    notes.push(`${words(named)} belongs to ${words(top)}, which is watched`);
  const serviceName = watched.kind === "Service" ? watched.name : asked;
  const service =
    serviceName === undefined
      ? top && url === undefined
        ? onlyService(services, top, access.namespace)
        : undefined
      : serviceNamed(services, serviceName, access.namespace);
  const behind = service ? await workloadsBehind(access, pods, service, notes) : [];
  if (service && !top && behind.length === 0) {
    const unseen = notes.filter((note) => note !== NO_NODES);
    if (unseen.length > 0) throw new UserError(`service/${nameOf(service)}: ${unseen.join("; ")}`);
    throw new UserError(
      `service/${nameOf(service)}: no pod is behind it in namespace ${access.namespace}, so nothing can be watched. ` +
        `See its selector: kubectl -n ${access.namespace} get service ${nameOf(service)} -o wide`,
    );
  }
  if (service && url === undefined) {
    await requireReady(access, service, notes.includes(NO_PODS) ? undefined : pods);
  }
  const workloads = unique([...(top ? [top] : []), ...behind]);
  const others = workloads.filter((one) => top && idOf(one) !== idOf(top));
  if (others.length > 0) {
    notes.push(
      `behind the Service ${nameOf(service ?? {})} are ${others.map(words).join(", ")} as well: they are watched too`,
    );
  }
  return { workloads, ...(service && { service }), nodes, notes };
}

/** The name of a workload, as the observer knows it. */
export const nameOfWorkload = ({ kind, object }: WatchedWorkload): WorkloadName => ({ kind, name: nameOf(object) });

const words = (workload: WatchedWorkload): string => typedName(nameOfWorkload(workload));

const idOf = ({ kind, object }: WatchedWorkload): string => `${kind} ${object.metadata?.uid ?? nameOf(object)}`;

const unique = (workloads: readonly WatchedWorkload[]): readonly WatchedWorkload[] => [
  ...new Map(workloads.map((one) => [idOf(one), one])).values(),
];

/** Labels of the pods that a workload makes. */
export const podLabels = ({ kind, object }: WatchedWorkload): Readonly<Record<string, string>> =>
  (kind === "Pod" ? object.metadata?.labels : object.spec?.template?.metadata?.labels) ?? {};

const GROUPS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "/apis/apps/v1",
  StatefulSet: "/apis/apps/v1",
  ReplicaSet: "/apis/apps/v1",
  Pod: "/api/v1",
};

/** Path of a workload in the API. */
export const pathOf = (namespace: string, { kind, name }: WorkloadName): string =>
  `${GROUPS[kind]}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;

/** Lists objects of a namespace, or of the whole cluster. */
async function list<T>(
  { transport, namespace }: Pick<Asked, "transport"> & { readonly namespace: string | undefined },
  group: string,
  kind: string,
): Promise<readonly T[]> {
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return (await readJson<{ items: readonly T[] }>(transport, `${group}${within}/${kind}`)).items;
}

const NO_PODS = "pods may not be listed, so nothing that is claimed of them is decided (see --print-rbac)";
/** Nodes belong to the whole cluster, and many users may not list them. */
const NO_NODES =
  "nodes may not be listed, so this cluster counts as one that does not run on this machine (see --print-rbac)";

/** The watch goes on without objects that it may not list, and says so. */
const unlessForbidden =
  (notes: string[], note: string) =>
  (error: unknown): readonly never[] => {
    if (!isForbidden(error)) throw error;
    notes.push(note);
    return [];
  };

async function workloadOf(
  { transport, namespace }: Asked,
  name: Exclude<WatchedName, { kind: "Service" }>,
): Promise<WatchedWorkload> {
  try {
    const object = await readJson<WatchedWorkload["object"]>(transport, pathOf(namespace, name));
    return { kind: name.kind, object } as WatchedWorkload;
  } catch (error) {
    if (!isGone(error)) throw error;
    const kind = `${name.kind.toLowerCase()}s`;
    throw new UserError(
      `${typedName(name)}: namespace ${namespace} has none of this name. See which there are: kubectl -n ${namespace} get ${kind}`,
    );
  }
}

const TOPS = ["Deployment", "StatefulSet", "ReplicaSet"] as const;

/** The workload that a pod or a ReplicaSet belongs to in the end; the workload itself where it has no controller. */
async function topOf(access: Asked, workload: WatchedWorkload): Promise<WatchedWorkload> {
  const controller = workload.object.metadata?.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return workload;
  const kind = TOPS.find((one) => one === controller.kind);
  // Deployments and StatefulSets of an operator are replaced by themselves, as far as users notice.
  if (kind === undefined && workload.kind !== "Pod" && workload.kind !== "ReplicaSet") return workload;
  if (kind === undefined) {
    throw new UserError(
      `${words(workload)}: got a pod of ${controller.kind} ${controller.name}, allowed: pods of a Deployment, StatefulSet or ReplicaSet, or of none`,
    );
  }
  return topOf(access, await workloadOf(access, { kind, name: controller.name }));
}

/** Workloads behind a Service; `notes` gets those that may not be read. */
async function workloadsBehind(
  access: Asked,
  pods: readonly V1Pod[],
  service: V1Service,
  notes: string[],
): Promise<WatchedWorkload[]> {
  const byController = new Map(
    podsBehind(service, pods).map((pod) => [
      pod.metadata?.ownerReferences?.find((one) => one.controller)?.uid ?? pod.metadata?.uid,
      pod,
    ]),
  );
  const tops = [...byController.values()].map(async (object) => {
    try {
      return [await topOf(access, { kind: "Pod", object })];
    } catch (error) {
      if (!isForbidden(error)) throw error;
      notes.push(
        `behind the Service ${nameOf(service)} is ${words({ kind: "Pod", object })}, whose ${ownerOf(object)} may not be read ` +
          "(see --print-rbac)",
      );
      return [];
    }
  });
  return (await Promise.all(tops)).flat();
}

const ownerOf = ({ metadata }: V1Pod): string =>
  metadata?.ownerReferences?.find(({ controller }) => controller)?.kind ?? "controller";

function serviceNamed(services: readonly V1Service[], name: string, namespace: string): V1Service {
  const found = services.find((service) => nameOf(service) === name);
  if (found) return found;
  const names = services.map(nameOf).join(", ") || "none";
  throw new UserError(`service: got ${JSON.stringify(name)}, allowed in namespace ${namespace}: ${names}`);
}

function onlyService(services: readonly V1Service[], workload: WatchedWorkload, namespace: string): V1Service {
  const selecting = services.filter((service) => serviceSelects(service, podLabels(workload)));
  const [one, ...more] = selecting;
  if (one && more.length === 0) return one;
  // A headless Service beside another one only gives pods their names.
  const withAddress = selecting.filter(({ spec }) => spec?.clusterIP !== "None");
  if (withAddress[0] && withAddress.length === 1) return withAddress[0];
  throw new UserError(
    one
      ? `--service: ${words(workload)} is behind ${selecting.map(nameOf).join(", ")}. Name the one that gets the load: --service ${nameOf(one)}`
      : `${words(workload)}: no Service of namespace ${namespace} selects its pods, so it is not known how users reach them. Name an address: --url http://…`,
  );
}
