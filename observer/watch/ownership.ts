/*
 * Which objects belong to the watched workloads. An object belongs to a workload if it is that workload, or if its controller
 * belongs to it: a pod to a ReplicaSet, and that to a Deployment. Controllers are compared by uid, since a name or a label may
 * stand for other objects as well. Each kind comes by a watch of its own, so a pod may be told before its ReplicaSet: it waits
 * until its controller is known to belong, and is told right after. An example with Deployment web as the only workload:
 *
 *   what is seen                               what is told
 *   pod web-1 of ReplicaSet uid r1             nothing: r1 is unknown
 *   pod other-1 of ReplicaSet uid r9           nothing
 *   Deployment web, uid d1                     Deployment web
 *   ReplicaSet web-7f, uid r1, of d1           ReplicaSet web-7f, then pod web-1
 *   ReplicaSet other-5c, uid r9, of d8         nothing
 */

/** A kind of object that watches can begin from. */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "ReplicaSet", "Pod"] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A workload by its name, which stays where an object is deleted and created again with another uid. */
export type WorkloadName = { readonly kind: WorkloadKind; readonly name: string };

/** What an object says of itself and of its controller. */
type Owned = {
  readonly name: string;
  readonly uid: string;
  readonly ownerReferences?: readonly { readonly uid?: string; readonly controller?: boolean }[];
};

export type Ownership = {
  /** Calls `tell` at once if the object belongs to a workload, or as soon as its controller does. */
  readonly see: (kind: WorkloadKind, metadata: Owned, tell: () => void) => void;
  /** Tells of an object's end in the same way, but only if the object itself was told. */
  readonly gone: (metadata: Owned, tell: () => void) => void;
};

/** Knows what belongs to the given workloads, from all that the watches show. */
export function ownership(workloads: readonly WorkloadName[]): Ownership {
  const ours = new Set<string>();
  /** By the controller's uid, then by the object's own: how to tell the object's last state. */
  const waiting = new Map<string, Map<string, () => void>>();

  function take(uid: string, tell: () => void): void {
    ours.add(uid);
    tell();
    const children = waiting.get(uid);
    waiting.delete(uid);
    for (const [child, tellChild] of children ?? []) take(child, tellChild);
  }

  return {
    see(kind, metadata, tell) {
      const { name, uid } = metadata;
      const controller = controllerOf(metadata);
      const isWorkload = workloads.some((one) => one.kind === kind && one.name === name);
      if (isWorkload || ours.has(uid) || (controller !== undefined && ours.has(controller))) return take(uid, tell);
      if (controller === undefined) return;
      const siblings = waiting.get(controller) ?? new Map<string, () => void>();
      waiting.set(controller, siblings.set(uid, tell));
    },
    gone(metadata, tell) {
      if (ours.has(metadata.uid)) tell();
      else waiting.get(controllerOf(metadata) ?? "")?.delete(metadata.uid);
    },
  };
}

const controllerOf = ({ ownerReferences = [] }: Owned): string | undefined =>
  ownerReferences.find(({ controller }) => controller)?.uid;
