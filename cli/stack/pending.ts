/*
 * A Pulumi that is killed leaves what it was doing in the stack's state: its pending operations. Pulumi warns of a pending create
 * before every later operation, because it cannot know whether the object came to be, and keeps it whatever happens to the stack.
 * (`pulumi refresh --import-pending-creates` only drops it: no refresh takes up an operation of type "importing".) The cluster
 * knows: an object that is there becomes a resource of the stack, which the next refresh completes, and one that is not is
 * forgotten. Other pending operations need no answer, since the refresh before every operation finds out.
 *
 * An example, an `up` that was killed while it waited for a Deployment:
 *
 *   pending in the state     in the cluster    in the state afterwards
 *   creating Deployment a    there             resource a, with its id
 *   creating Service b       missing           nothing: the next up creates it
 *   updating ConfigMap c     not asked         resource c, as it was before
 */

/** A resource in a stack's state, as far as pending operations need it. */
export type StateResource = {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
};

/** A stack's state, as `pulumi stack export` prints it. */
export type ExportedStack = {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  };
};

/** What identifies an object of a cluster. */
export type ObjectId = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** An object as the cluster has it, as far as it becomes a resource. */
export type LiveObject = ObjectId & {
  readonly metadata: ObjectId["metadata"] & { readonly managedFields?: readonly { readonly manager?: string }[] };
};

/** Something that may have come to be: an object of a cluster, or a release of helm. */
export type PendingCreate = {
  readonly urn: string;
  /** The kubeconfig context of the provider that was creating it. */
  readonly context: string | undefined;
} & ({ readonly object: ObjectId } | { readonly release: { readonly name: string; readonly namespace: string } });

const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Whether a state has operations that nobody finished. */
export const hasPending = ({ deployment }: ExportedStack): boolean => (deployment.pending_operations ?? []).length > 0;

/** The creates among the pending operations of which a cluster can tell whether they succeeded; images are built again anyway. */
export function pendingCreates({ deployment }: ExportedStack): readonly PendingCreate[] {
  const { resources = [], pending_operations: operations = [] } = deployment;
  const contextOf = ({ provider = "" }: StateResource): string | undefined => {
    const urn = provider.slice(0, provider.lastIndexOf("::"));
    return resources.find((one) => one.urn === urn)?.inputs?.context as string | undefined;
  };
  return operations.flatMap(({ type, resource }): PendingCreate[] => {
    if (type !== "creating" || !resource.type.startsWith("kubernetes:")) return [];
    const known = { urn: resource.urn, context: contextOf(resource) };
    const inputs = resource.inputs ?? {};
    if (resource.type === RELEASE) {
      return [{ ...known, release: { name: String(inputs.name), namespace: String(inputs.namespace) } }];
    }
    const { apiVersion, kind, metadata } = inputs as ObjectId;
    const { name, namespace } = metadata;
    return [{ ...known, object: { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } } }];
  });
}

/** The state without pending operations; those objects among them that are there, by the URNs of their creates, are resources. */
export function settled(state: ExportedStack, there: ReadonlyMap<string, LiveObject>): ExportedStack {
  const { resources = [], pending_operations: operations = [] } = state.deployment;
  const adopted = new Map<string, StateResource>();
  for (const { type, resource } of operations) {
    const live = there.get(resource.urn);
    if (type === "creating" && live) adopted.set(resource.urn, asResource(resource, live));
  }
  // The predecessor of an object that is replaced keeps its place, and its successor takes it.
  const kept = resources.map((one) => (one.pendingReplacement ? (adopted.get(one.urn) ?? one) : one));
  const known = new Set(kept.flatMap(({ urn, delete: isLeaving }) => (isLeaving ? [] : [urn])));
  const added = [...adopted.values()].filter(({ urn }) => !known.has(urn));
  return { ...state, deployment: { ...state.deployment, resources: [...kept, ...added], pending_operations: [] } };
}

/** A resource as far as the next refresh needs it to read the rest. */
function asResource(resource: StateResource, { apiVersion, kind, metadata }: LiveObject): StateResource {
  const { name, namespace, managedFields = [] } = metadata;
  // Server-side apply goes on under the manager that owns the object's fields; another one would be refused as in conflict.
  const manager = managedFields.find((one) => one.manager?.startsWith("pulumi-kubernetes"))?.manager;
  return {
    ...resource,
    id: namespace === undefined ? name : `${namespace}/${name}`,
    outputs: {
      apiVersion,
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      ...(manager !== undefined && { __fieldManager: manager }),
    },
  };
}
