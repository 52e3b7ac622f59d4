import type {
  V1Deployment,
  V1Node,
  V1OwnerReference,
  V1Pod,
  V1PodSpec,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { UserError } from "../../common/user-error.ts";
import { nameOf } from "../../kubernetes/pods.ts";
import { readJson, type Transport } from "../../observer/api-server.ts";
import type { WorkloadKind, WorkloadName } from "../../observer/watch/ownership.ts";
import { isForbidden, isGone } from "../../observer/watch/refused.ts";
import { onlyService, podsBehind, requireReady, serviceNamed } from "./behind-service.ts";
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
        ? onlyService(services, { name: words(top), labels: podLabels(top) }, access.namespace)
        : undefined
      : serviceNamed(services, serviceName, access.namespace);
  const unwatched: string[] = [];
  const behind = service ? await workloadsBehind(access, pods, service, { notes, unwatched }) : [];
  if (service && !top && behind.length === 0) {
    if (unwatched.length > 0) {
      throw new UserError(
        `service/${nameOf(service)}: nothing behind it can be watched: got ${unwatched.join("; ")}; allowed: ${WATCHABLE.Pod}`,
      );
    }
    const unseen = notes.filter((note) => note !== NO_NODES);
    if (unseen.length > 0) throw new UserError(`service/${nameOf(service)}: ${unseen.join("; ")}`);
    throw new UserError(
      `service/${nameOf(service)}: no pod is behind it in namespace ${access.namespace}, so nothing can be watched. ` +
        `See its selector: kubectl -n ${access.namespace} get service ${nameOf(service)} -o wide`,
    );
  }
  const behindIt = `behind the Service ${nameOf(service ?? {})}`;
  notes.push(...unwatched.map((one) => `${behindIt} is also ${one}: it is not watched`));
  if (service && url === undefined) {
    await requireReady(access, service, notes.includes(NO_PODS) ? undefined : pods);
  }
  const workloads = unique([...(top ? [top] : []), ...behind]);
  const others = workloads.filter((one) => top && idOf(one) !== idOf(top));
  if (others.length > 0) {
    notes.push(`${behindIt} are ${others.map(words).join(", ")} as well: they are watched too`);
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

/** The spec of these pods. */
export const podSpec = ({ kind, object }: WatchedWorkload): V1PodSpec | undefined =>
  kind === "Pod" ? object.spec : object.spec?.template?.spec;

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

/** Reads a workload; undefined where there is none. */
async function readWorkload({ transport, namespace }: Asked, name: WorkloadName): Promise<WatchedWorkload | undefined> {
  try {
    const object = await readJson<WatchedWorkload["object"]>(transport, pathOf(namespace, name));
    return { kind: name.kind, object } as WatchedWorkload;
  } catch (error) {
    if (!isGone(error)) throw error;
    return undefined;
  }
}

async function workloadOf(access: Asked, name: Exclude<WatchedName, { kind: "Service" }>): Promise<WatchedWorkload> {
  const found = await readWorkload(access, name);
  if (found) return found;
  const { namespace } = access;
  const kind = `${name.kind.toLowerCase()}s`;
  throw new UserError(
    `${typedName(name)}: namespace ${namespace} has none of this name. See which there are: kubectl -n ${namespace} get ${kind}`,
  );
}

const TOPS = ["Deployment", "StatefulSet", "ReplicaSet"] as const;

/** What may be watched of a kind that others control. */
const WATCHABLE = {
  Pod: "pods of a Deployment, StatefulSet or ReplicaSet, or of none",
  ReplicaSet: "one of a Deployment, or of none",
};

/** The workload that is watched in place of another, or else the controller on the way to it that cannot be, and why. */
type Climbed =
  | { readonly top: WatchedWorkload }
  | {
      readonly of: WatchedWorkload & { kind: "Pod" | "ReplicaSet" };
      readonly owner: V1OwnerReference;
      readonly isGone: boolean;
    };

/** Operators have kinds of the same names, such as the StatefulSet of apps.kruise.io. */
const isOfKubernetes = ({ apiVersion }: V1OwnerReference): boolean => apiVersion.startsWith("apps/");

/** A controller that is not watched, as a reader knows it. */
const foreignWords = (owner: V1OwnerReference): string =>
  `${owner.kind} ${owner.name}${TOPS.some((one) => one === owner.kind) ? ` of ${owner.apiVersion}` : ""}`;

/** Climbs from a pod or a ReplicaSet to the workload that it belongs to in the end: itself, where it has no controller. */
async function climb(access: Asked, of: WatchedWorkload): Promise<Climbed> {
  const owner = of.object.metadata?.ownerReferences?.find(({ controller }) => controller);
  // Deployments and StatefulSets of an operator are replaced by themselves, as far as users notice.
  if (!owner || (of.kind !== "Pod" && of.kind !== "ReplicaSet")) return { top: of };
  const kind = isOfKubernetes(owner) ? TOPS.find((one) => one === owner.kind) : undefined;
  if (kind === undefined) return { of, owner, isGone: false };
  const next = await readWorkload(access, { kind, name: owner.name });
  return next ? climb(access, next) : { of, owner, isGone: true };
}

/**
 * The workload that a named one stands for.
 * @throws {UserError} where that is none of the kinds that are watched, or is gone.
 */
async function topOf(access: Asked, workload: WatchedWorkload): Promise<WatchedWorkload> {
  const climbed = await climb(access, workload);
  if ("top" in climbed) return climbed.top;
  const { of, owner, isGone: gone } = climbed;
  throw new UserError(
    gone
      ? `${words(of)}: its ${owner.kind} ${owner.name} is gone. See what is there: kubectl -n ${access.namespace} get pods`
      : `${words(of)}: got a ${of.kind === "Pod" ? "pod" : of.kind} of ${foreignWords(owner)}, allowed: ${WATCHABLE[of.kind]}`,
  );
}

/** Workloads behind a Service. `notes` gets those that may not be read, and `unwatched` pods that belong to none that is watched. */
async function workloadsBehind(
  access: Asked,
  pods: readonly V1Pod[],
  service: V1Service,
  { notes, unwatched }: { readonly notes: string[]; readonly unwatched: string[] },
): Promise<WatchedWorkload[]> {
  const byController = new Map(
    podsBehind(service, pods).map((pod) => [
      pod.metadata?.ownerReferences?.find((one) => one.controller)?.uid ?? pod.metadata?.uid,
      pod,
    ]),
  );
  const tops = [...byController.values()].map(async (object) => {
    try {
      const climbed = await climb(access, { kind: "Pod", object });
      if ("top" in climbed) return [climbed.top];
      const { owner, isGone: gone } = climbed;
      const why = gone ? `whose ${owner.kind} ${owner.name} is gone` : `which belongs to ${foreignWords(owner)}`;
      unwatched.push(`${words({ kind: "Pod", object })}, ${why}`);
      return [];
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
