import type { PodSeen } from "../events.ts";

/**
 * What a pod is doing: not yet run, run but never Ready in this run, Ready, Ready no more, between two runs, or on its way out
 * (whether Ready or not).
 */
export type PodState = "pending" | "starting" | "ready" | "unready" | "crashed" | "terminating";

/** State of a pod by one sight of it; `wasReady`: it has been Ready since its containers last started. */
export function podState(pod: PodSeen, wasReady: boolean): PodState {
  if (pod.deletionAtMs !== undefined) return "terminating";
  if (pod.ready) return "ready";
  if (pod.phase === "Failed" || pod.phase === "Succeeded") return "crashed";
  if (pod.containers.some(isBetweenRuns)) return "crashed";
  if (wasReady) return "unready";
  return pod.containers.length > 0 && pod.containers.every(({ state }) => state === "running") ? "starting" : "pending";
}

const isBetweenRuns = ({ state, last, reason, restartCount }: PodSeen["containers"][number]): boolean =>
  state === "terminated" ||
  (state === "waiting" && (restartCount > 0 || last !== undefined || reason === "CrashLoopBackOff"));

/** Restarts of all containers of a pod. */
export const restartsOf = (pod: PodSeen): number =>
  pod.containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
