import type { V1Pod } from "@kubernetes/client-node";
import { byRelease, isActive, isReady, isStopping, nameOf } from "../../kubernetes/pods.ts";

/** A workload's pods during one change. Times are in ms since the change was requested. */
export type Tallied = {
  readonly mostPods: number;
  readonly fewestReady: number;
  readonly created: number;
  /** Names of pods from before the change: those that went, and those that stayed. A pod of the same name is another one. */
  readonly gone: readonly string[];
  readonly stayed: readonly string[];
  readonly podsAfter: Readonly<Record<string, number>>;
  /** When a pod last came, was told to stop, or changed its readiness. */
  readonly lastChangeMs: number;
};

/** Counts pods from the events of a watch, which are told in the order of their resource versions. */
export class PodTally {
  readonly #releaseOf: ((pod: V1Pod) => string) | undefined;
  readonly #pods = new Map<string, V1Pod>();
  #before: readonly V1Pod[] = [];
  #beganAtMs = 0;
  #changedAtMs = 0;
  #most = 0;
  #fewest = 0;
  #created = 0;

  constructor(releaseOf?: (pod: V1Pod) => string) {
    this.#releaseOf = releaseOf;
  }

  see(pod: V1Pod, change: string, atMs: number): void {
    const uid = uidOf(pod);
    const old = this.#pods.get(uid);
    if (change === "deleted") this.#pods.delete(uid);
    else this.#pods.set(uid, pod);
    if (!old && change !== "deleted") this.#created += 1;
    const [was, is] = [old, this.#pods.get(uid)].map((one) => one && `${isActive(one)} ${isReady(one)}`);
    if (was !== is) this.#changedAtMs = atMs;
    const active = this.active();
    this.#most = Math.max(this.#most, active.length);
    this.#fewest = Math.min(this.#fewest, active.filter(isReady).length);
  }

  /** Begins a change: the pods of now are the pods from before it. */
  begin(atMs: number): void {
    const active = this.active();
    this.#before = active;
    this.#beganAtMs = atMs;
    this.#changedAtMs = atMs;
    this.#most = active.length;
    this.#fewest = active.filter(isReady).length;
    this.#created = 0;
  }

  seen(): Tallied {
    const now = new Set(this.active().map(uidOf));
    const names = (pods: readonly V1Pod[]) => pods.map(nameOf).sort();
    return {
      mostPods: this.#most,
      fewestReady: this.#fewest,
      created: this.#created,
      gone: names(this.#before.filter((pod) => !now.has(uidOf(pod)))),
      stayed: names(this.#before.filter((pod) => now.has(uidOf(pod)))),
      podsAfter: byRelease(this.active(), this.#releaseOf),
      lastChangeMs: Math.max(0, Math.round(this.#changedAtMs - this.#beganAtMs)),
    };
  }

  /** How long no pod was created, gone or got ready; 0 while one terminates. */
  quietMs(atMs: number): number {
    return [...this.#pods.values()].some(isStopping) ? 0 : atMs - this.#changedAtMs;
  }

  active = (): V1Pod[] => [...this.#pods.values()].filter(isActive);
}

const uidOf = ({ metadata }: V1Pod): string => metadata?.uid ?? "";
