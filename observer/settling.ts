import type { OwnerSeen, PodSeen } from "./events.ts";
import { count } from "./words.ts";

/** The latest sight of every workload and pod that is watched. */
export type Sights = { readonly owners: Iterable<OwnerSeen>; readonly pods: Iterable<PodSeen> };

/**
 * Why the watched workloads have not settled, in the words of a report; empty once they have. They have settled when each
 * controller has seen what is wanted of it, all wanted pods are of the newest template and available, and no other pod is left,
 * terminating ones included. A pod without a controller has to be Ready.
 *
 * Example, a Deployment of 3 pods under `kubectl rollout restart`:
 *
 *   what is seen                                              why it has not settled
 *   generation 2, observed 1                                  Deployment web has a change that its controller has not seen
 *   observed 2, 4 pods of which 1 is new, 3 available         Deployment web has 1 of 3 pods of its newest template
 *   3 new pods, all available; 1 old pod terminates           pod web-7f-1 still terminates
 *   3 new pods, all available, no other pod                   nothing: it has settled
 */
export function unsettled(sights: Sights): readonly string[] {
  // An iterator, such as that of a map's values, can be gone through only once.
  const [owners, all] = [[...sights.owners], [...sights.pods]];
  const staying = all.filter(({ deletionAtMs, phase }) => deletionAtMs === undefined && !hasEnded(phase));
  return [
    ...owners.flatMap(lacking),
    ...staying.flatMap(({ name, owner, ready }) => (owner === undefined && !ready ? [`pod ${name} is not Ready`] : [])),
    ...staying.flatMap(stuck),
    ...all.flatMap(({ name, deletionAtMs, phase }) =>
      deletionAtMs !== undefined && !hasEnded(phase) ? [`pod ${name} still terminates`] : [],
    ),
    ...(all.length === 0 && owners.length === 0 ? ["no pod is there"] : []),
  ];
}

/** Whether a Deployment's controller says that its rollout has not moved on for as long as its progress deadline. */
export const isGivenUp = ({ troubles }: Pick<OwnerSeen, "troubles">): boolean =>
  troubles.some((trouble) => trouble.endsWith(": ProgressDeadlineExceeded"));

const hasEnded = (phase: string): boolean => phase === "Succeeded" || phase === "Failed";

function lacking(owner: OwnerSeen): readonly string[] {
  const { kind, name, generation, observedGeneration, wanted, replicas, availableReplicas = 0, troubles } = owner;
  const who = `${kind} ${name}`;
  if (observedGeneration < generation) return [`${who} has a change that its controller has not seen`];
  const { updatedReplicas = 0, toUpdate = wanted } = owner;
  const isOfTemplates = kind !== "ReplicaSet";
  const lacks = [
    ...(isOfTemplates && updatedReplicas < toUpdate
      ? [`${who} has ${updatedReplicas} of ${count(toUpdate, "pod")} of its newest template`]
      : []),
    ...(replicas !== wanted ? [`${who} has ${count(replicas, "pod")} instead of ${wanted}`] : []),
    ...(availableReplicas < wanted ? [`${who} has ${availableReplicas} of ${count(wanted, "pod")} available`] : []),
  ];
  return lacks.length === 0 ? [] : [...lacks, ...troubles.map((trouble) => `${who}: ${trouble}`)];
}

/** Reasons for which a container waits in every start, which tell nobody anything. */
const USUAL = new Set(["ContainerCreating", "PodInitializing"]);

/** What keeps a pod's containers from running, with the image where that is the cause. */
const stuck = ({ name, image, containers }: PodSeen): readonly string[] =>
  containers.flatMap(({ state, reason }) => {
    if (state !== "waiting" || reason === undefined || USUAL.has(reason)) return [];
    return [`pod ${name} waits: ${reason}${/image/i.test(reason) ? ` (${image})` : ""}`];
  });
