import type { Happening, OwnerSeen, PodSeen } from "../events.ts";
import { keepLatest } from "../watch/objects.ts";

/** Knows from what is recorded whether a rollout is under way. */
export type RolloutBoard = { readonly see: (happening: Happening) => void; readonly isUnderWay: () => boolean };

export function rolloutBoard(): RolloutBoard {
  const owners = new Map<string, OwnerSeen>();
  const pods = new Map<string, PodSeen>();
  /** Pods that have been Ready or have ended a run: what becomes of them from then on is no part of a rollout. */
  const arrived = new Set<string>();
  return {
    see(happening) {
      if (happening.type === "owner") keepLatest(owners, happening);
      if (happening.type !== "pod") return;
      keepLatest(pods, happening);
      if (happening.ready || hasEndedARun(happening)) arrived.add(happening.uid);
    },
    isUnderWay: () =>
      [...owners.values()].some((owner) => !isDone(owner)) ||
      [...pods.values()].some(({ uid, deletionAtMs }) => deletionAtMs !== undefined || !arrived.has(uid)),
  };
}

/** The controller has seen what is wanted, and there are as many pods as that, all of the present template. */
function isDone({ kind, generation, observedGeneration, wanted, replicas, updatedReplicas = 0, ...owner }: OwnerSeen) {
  const { toUpdate = wanted } = owner;
  return (
    observedGeneration >= generation && replicas === wanted && (kind === "ReplicaSet" || updatedReplicas >= toUpdate)
  );
}

const hasEndedARun = ({ phase, containers }: PodSeen): boolean =>
  phase === "Failed" ||
  phase === "Succeeded" ||
  containers.some(({ state, restartCount }) => state === "terminated" || restartCount > 0);
