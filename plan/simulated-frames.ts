import type { Room } from "../kubernetes/count-or-percent.ts";
import { NEVER_MS } from "./pod-timing.ts";

/** A ReplicaSet of a Deployment when a rollout begins. */
export type StartingSet = {
  readonly id: string;
  /** Whether its template is the wanted one. */
  readonly current: boolean;
  /** Pods that count for the set; `ready` of them are Ready, and `available` of those are available. */
  readonly pods: number;
  readonly ready: number;
  readonly available: number;
  /** Pods that were told to stop before the rollout began, and still run. */
  readonly stopping: number;
  /** How many of `pods` it was asked to give up before, and has not told to stop yet. */
  readonly surplus?: number;
  /** Annotations by which the controller notices a new number: replicas, and replicas + surge, when the set was last scaled. */
  readonly desired?: number;
  readonly max?: number;
};

/** What the wanted Deployment asks of its controller. */
export type Goal = {
  readonly replicas: number;
  readonly minReadyMs: number;
  readonly room: Room | "recreate";
  /** A paused Deployment only scales the sets that it has; a new template waits. */
  readonly paused?: boolean;
};

/** Durations of a simulation in ms; Infinity means never. */
export type Pace = {
  /** From creation to Ready, for a pod of the set with this id. */
  readonly startMs: (set: string) => number;
  readonly stopMs: number;
  /** How long a set's controller takes to create a number of pods; until then it deletes none. */
  readonly createMs?: (pods: number) => number;
  /** Whether the wanted set's status still counts pods that it was asked to give up at the same instant. */
  readonly lateStatus?: boolean;
  /** From the end of the last old pod until Recreate notices it. */
  readonly noticeMs?: number;
};

/** Pods of one set at an instant; those `stopping` are not among the `pods`. */
type SetCounts = {
  readonly pods: number;
  readonly ready: number;
  readonly available: number;
  readonly stopping: number;
};

/** All sets at an instant. Each change that a controller makes has a frame of its own, so several may share one instant. */
export type Frame = { readonly atMs: number; readonly sets: Readonly<Record<string, SetCounts>> };

/** What becomes of a rollout: a frame for each thing that the controllers do, and what they come to. */
export type Simulation = {
  readonly frames: readonly Frame[];
  /** When all wanted pods are available and no other pod counts; absent if the rollout never completes. */
  readonly completeAtMs?: number;
  /** The number of instants at which the new set creates pods. */
  readonly waves: number;
  /** By set: pods that the rollout creates, and pods of the beginning that are left at the end. */
  readonly created: Readonly<Record<string, number>>;
  readonly kept: Readonly<Record<string, number>>;
};

/** Id of the set that a rollout makes itself when no set has the wanted template. */
export const NEW_SET = "new";

/** Pods of all sets, without those that are stopping. */
export const podsIn = (frame: Frame): number => sum(frame, ({ pods }) => pods);
/** Ready pods of all sets. */
export const readyIn = (frame: Frame): number => sum(frame, ({ ready }) => ready);

const sum = (frame: Frame, of: (counts: Frame["sets"][string]) => number): number =>
  Object.values(frame.sets).reduce((total, counts) => total + of(counts), 0);

/** When pods last came, went or got ready, in ms; the end of a pod that was told to stop is no progress. */
export function lastProgressMs({ frames }: Simulation): number {
  const progress = frames.findLast((frame, index) => {
    const before = frames[index - 1];
    return before && (podsIn(before) !== podsIn(frame) || readyIn(before) !== readyIn(frame));
  });
  return progress?.atMs ?? 0;
}

/** The longest time without any Ready pod, in ms; Infinity if no pod gets Ready again. */
export function withoutReadyMs({ frames }: Simulation): number {
  let longestMs = 0;
  let sinceMs: number | undefined;
  for (const frame of frames) {
    if (readyIn(frame) === 0) sinceMs ??= frame.atMs;
    else {
      if (sinceMs !== undefined) longestMs = Math.max(longestMs, frame.atMs - sinceMs);
      sinceMs = undefined;
    }
  }
  return sinceMs === undefined ? longestMs : NEVER_MS;
}
