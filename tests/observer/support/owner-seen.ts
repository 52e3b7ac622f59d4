import type { OwnerSeen } from "../../../observer/events.ts";
import type { Timed } from "./synthetic.ts";

/** A Deployment of two pods that has settled, but for what is said of it; its uid is `uid-NAME`. */
export const ownerSeen = (name: string, more: Partial<OwnerSeen> = {}): OwnerSeen => ({
  type: "owner",
  kind: "Deployment",
  change: "modified",
  name,
  uid: `uid-${name}`,
  resourceVersion: "1",
  generation: 2,
  observedGeneration: 2,
  release: "v2",
  wanted: 2,
  replicas: 2,
  readyReplicas: 2,
  updatedReplicas: 2,
  availableReplicas: 2,
  troubles: [],
  ...more,
});

/** What is seen of Deployment web, with what its spec promises: at most 9 pods unless it is said. */
export const specSeen = (atMs: number, { name = "web", ...more }: Partial<OwnerSeen>): Timed => [
  atMs,
  ownerSeen(name, { mostPods: 9, resourceVersion: String(atMs), ...more }),
];

/** A ReplicaSet, which promises nothing. */
export const replicaSetSeen = (name: string): OwnerSeen => ownerSeen(name, { kind: "ReplicaSet" });
