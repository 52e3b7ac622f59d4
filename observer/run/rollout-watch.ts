import type { Happening, OwnerSeen, PodSeen } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";

/** A recorder that tells, by what it was given so far, whether a rollout is under way. */
export type RolloutWatch = Recorder & { readonly isUnderWay: () => boolean };

/** Hands everything on to the recorder as it is. */
export function watchRollouts(recorder: Recorder): RolloutWatch {
  const owners = new Map<string, OwnerSeen>();
  const pods = new Map<string, PodSeen>();
  /** Pods that have been Ready or have ended a run: what becomes of them from then on is no part of a rollout. */
  const arrived = new Set<string>();
  return {
    ...recorder,
    record: (happening: Happening) => {
      if (happening.type === "owner") keep(owners, happening);
      if (happening.type === "pod") {
        keep(pods, happening);
        if (happening.ready || hasEndedARun(happening)) arrived.add(happening.uid);
      }
      return recorder.record(happening);
    },
    isUnderWay: () =>
      [...owners.values()].some((owner) => !isDone(owner)) ||
      [...pods.values()].some(({ uid, deletionAtMs }) => deletionAtMs !== undefined || !arrived.has(uid)),
  };
}

function keep<T extends OwnerSeen | PodSeen>(known: Map<string, T>, seen: T): void {
  if (seen.change === "deleted") known.delete(seen.uid);
  else known.set(seen.uid, seen);
}

/** The controller has seen what is wanted, and there are as many pods as that, all of the present template. */
const isDone = ({ kind, generation, observedGeneration, wanted, replicas, updatedReplicas = 0 }: OwnerSeen): boolean =>
  observedGeneration >= generation && replicas === wanted && (kind === "ReplicaSet" || updatedReplicas === wanted);

const hasEndedARun = ({ phase, containers }: PodSeen): boolean =>
  phase === "Failed" ||
  phase === "Succeeded" ||
  containers.some(({ state, restartCount }) => state === "terminated" || restartCount > 0);
