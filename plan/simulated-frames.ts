import type { Room } from "../kubernetes/count-or-percent.ts";
import { NEVER_MS } from "./pod-timing.ts";

/** Pods of one template: what a ReplicaSet of a Deployment has when a rollout begins. */
export type StartingSet = {
  readonly id: string;
  /** Its template is the wanted one. */
  readonly current: boolean;
  /** Pods that exist, which are as many as the set wants; `available` of the `ready` ones of the `pods`. */
  readonly pods: number;
  readonly ready: number;
  readonly available: number;
  /** Pods of an earlier time that have been told to stop and are not gone. */
  readonly stopping: number;
  /** The annotations by which the controller knows that the Deployment was scaled: its number then, and with surge. */
  readonly desired?: number;
  readonly max?: number;
};

/** What a Deployment asks for. */
export type Goal = {
  readonly replicas: number;
  readonly minReadyMs: number;
  readonly room: Room | "recreate";
  /** It only scales the sets that it has; a new template waits. */
  readonly paused?: boolean;
};

/** How long things take: ms, Infinity is never. */
export type Pace = {
  /** From a pod's creation to Ready, by the set that it belongs to. */
  readonly startMs: (set: string) => number;
  readonly stopMs: number;
  /** From the wish for so many more pods of a set until its controller has created them; before, it deletes none. */
  readonly createMs?: (pods: number) => number;
  /** From the end of the last old pod until Recreate goes on. */
  readonly noticeMs?: number;
};

/** How many pods of one set there are at an instant; `pods` are not terminating, `stopping` are. */
type SetCounts = {
  readonly pods: number;
  readonly ready: number;
  readonly available: number;
  readonly stopping: number;
};

/** All sets at an instant, after everything that the controllers do at it, one frame for each thing they do. */
export type Frame = { readonly atMs: number; readonly sets: Readonly<Record<string, SetCounts>> };

/** What becomes of a rollout: a frame for each thing that the controllers do, and what they come to. */
export type Simulation = {
  readonly frames: readonly Frame[];
  /** When the wanted pods, and no others, were all available; absent when it never comes to that. */
  readonly completeAtMs?: number;
  /** How often a number of new pods was created at once. */
  readonly waves: number;
  /** Pods that were created, and that are left of those that were there, by set. */
  readonly created: Readonly<Record<string, number>>;
  readonly kept: Readonly<Record<string, number>>;
};

/** Id of the set that a rollout makes itself when no set has the wanted template. */
export const NEW_SET = "new";

/** Pods that do not terminate. */
export const podsIn = (frame: Frame): number => sum(frame, ({ pods }) => pods);
/** Ready pods. */
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

/** The longest time without any Ready pod, in ms; endless where none comes any more. */
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
