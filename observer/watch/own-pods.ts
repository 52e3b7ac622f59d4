import { type RawObject, selectorText } from "../api-server.ts";
import type { Happening } from "../events.ts";
import type { WatchTarget } from "./cluster.ts";
import { bareUid } from "./cpu-owners.ts";

/*
 * Which pods' CPU counts as that of what is observed. An experiment has its namespace to itself: all pods there are its own, those
 * of its load included. The namespace of a watched workload has neighbours, whose CPU is that of others: its own pods are only those
 * that the watch tells of, and those of the load's Job. An example, `bin/lab watch deployment/web -n default` with load from a Job:
 *
 *   pod in default                                     whose
 *   web-7f-1, of Deployment web: the watch told it     own
 *   online-inference-load-3f-x, of the load's Job      own
 *   batch-9                                            others'
 */

/** A pod as the API server and a kubelet name it. */
type PodName = Pick<RawObject["metadata"], "name" | "uid"> & { readonly namespace: string };

/** What is known of the pods that are observed. */
export type OwnPods = {
  readonly see: (happening: Happening) => void;
  /** Whether it is known which pods are own ones: of a workload no pod may have been told yet, or none may be read. */
  readonly areKnown: () => boolean;
  readonly has: (pod: PodName) => boolean;
  /** Uids without hyphens of the pods that the watch has told of. */
  readonly told: ReadonlySet<string>;
  /** Path of a list of own pods of which the watch does not tell; absent where there are none. */
  readonly untold?: string;
};

/** Knows the pods of an experiment by its namespace, and those of watched workloads one by one. */
export function ownPods({ namespace, of }: Pick<WatchTarget, "namespace" | "of">): OwnPods {
  const told = new Set<string>();
  const all = `/api/v1/namespaces/${namespace}/pods`;
  const see = (happening: Happening) => {
    if (happening.type === "pod") told.add(bareUid(happening.uid));
  };
  if ("selector" in of) {
    return { see, told, untold: all, areKnown: () => true, has: (pod) => pod.namespace === namespace };
  }
  const { loadJob } = of;
  const ofLoad = loadJob === undefined ? undefined : selectorText({ "batch.kubernetes.io/job-name": loadJob });
  return {
    see,
    told,
    ...(ofLoad !== undefined && { untold: `${all}?${new URLSearchParams({ labelSelector: ofLoad })}` }),
    areKnown: () => told.size > 0,
    has: (pod) =>
      pod.namespace === namespace &&
      (told.has(bareUid(pod.uid)) || (loadJob !== undefined && pod.name.startsWith(`${loadJob}-`))),
  };
}
