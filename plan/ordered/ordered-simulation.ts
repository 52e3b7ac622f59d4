import { type Frame, NEW_SET, type Pace, type Simulation } from "../simulated-frames.ts";

/** A pod of a StatefulSet when a change begins; `set` is the id of its revision, NEW_SET for the wanted one. */
export type OrderedPod = {
  readonly ordinal: number;
  readonly set: string;
  readonly state: "available" | "ready" | "starting" | "stuck" | "ended" | "stopping";
};

/** What the wanted StatefulSet asks of its controller. */
export type OrderedGoal = {
  readonly replicas: number;
  /** The lowest ordinal. */
  readonly start: number;
  readonly minReadyMs: number;
  /** The same before the change: pods that got Ready under it wake the controller once more. */
  readonly minReadyBeforeMs?: number;
  /** OrderedReady: one pod after the other, each available before the next. Otherwise Parallel. */
  readonly ordered: boolean;
  /** Pods below this ordinal keep their revision, and missing ones are created of the revision `below`. */
  readonly partition: number;
  readonly below: string;
  /** OnDelete: no pod is deleted for its revision. */
  readonly onDelete: boolean;
  /** How many pods may be unhealthy during an update; absent where the cluster does not know the field. */
  readonly unavailable?: number;
};

/**
 * A simulation that also says which pods of the beginning are left at the end, by their ordinals, and whether it stops because nothing
 * wakes the controller.
 */
export type OrderedSimulation = Simulation & { readonly keptOrdinals: ReadonlySet<number>; readonly asleep: boolean };

/** How long after minReadySeconds a pod that got ready wakes the controller. */
const WAKE_LATE_MS = 1_000;

type ModelPod = {
  readonly ordinal: number;
  readonly set: string;
  readonly original: boolean;
  readonly ended: boolean;
  readonly readyAtMs: number;
  readonly availableAtMs: number;
  /** When it is gone; absent until it is told to stop. */
  goneAtMs?: number;
};

/**
 * Simulates a change of a StatefulSet as its controller of Kubernetes 1.33 makes it (pkg/controller/statefulset:
 * stateful_set_control.go, updateStatefulSet). Each ordinal has one place, and a pod that terminates keeps it until it is gone.
 * At each instant the controller repeats these steps until it changes nothing more:
 * 1. From the lowest ordinal: delete a pod that has ended, create a missing one. OrderedReady stops at the first pod that it
 *    has just created, that terminates or that is not available.
 * 2. From the highest ordinal beyond the replicas: delete. OrderedReady deletes one, waits until it is gone, and deletes an
 *    unhealthy one only if all lower pods are healthy.
 * 3. From the highest ordinal down to the partition: delete the first pod of another revision; stop at the first pod that
 *    is not Ready. With `unavailable`, as many are deleted as may be unhealthy, wherever the unhealthy ones are.
 *
 * Nothing happens when a pod becomes available, so the controller has to be woken (stateful_set.go): minReadySeconds after a pass that
 * found another number of available pods than is wanted, and a second later than minReadySeconds after a pod got Ready. If it waits for
 * a pod that was Ready before, while others make up the number, it waits for ever.
 *
 * Example: 3 ordered pods of v1 become v2, partition 1. Pods take 5 s to get Ready and 3 s to stop:
 *
 *     at     the controller       0     1          2          why
 *     0 s    deletes 2            v1    v1         v1 stops   the highest of another revision
 *     3 s    creates 2            v1    v1         v2 starts  its place is free
 *     8 s    deletes 1            v1    v1 stops   v2         2 is available
 *     11 s   creates 1            v1    v2 starts  v2
 *     16 s   nothing              v1    v2         v2         0 is below the partition: complete, two waves
 */
export function simulateOrdered(start: readonly OrderedPod[], goal: OrderedGoal, pace: Pace): OrderedSimulation {
  return new OrderedModel(start, goal, pace).run();
}

class OrderedModel {
  readonly #goal: OrderedGoal;
  readonly #pace: Pace;
  readonly #frames: Frame[] = [];
  readonly #created: Record<string, number> = {};
  readonly #waves = new Set<number>();
  readonly #ids: ReadonlySet<string>;
  readonly #wakes = new Set<number>();
  #pods: ModelPod[];
  #nowMs = 0;

  constructor(start: readonly OrderedPod[], goal: OrderedGoal, pace: Pace) {
    this.#goal = goal;
    this.#pace = pace;
    this.#pods = start.map((pod) => this.#original(pod));
    if (goal.minReadyBeforeMs) this.#wakes.add(goal.minReadyBeforeMs + WAKE_LATE_MS);
    this.#ids = new Set([...start.map(({ set }) => set), goal.below, NEW_SET]);
  }

  run(): OrderedSimulation {
    let completeAtMs: number | undefined;
    this.#record();
    for (;;) {
      while (this.#sync()) this.#record();
      if (this.#isComplete()) completeAtMs ??= this.#nowMs;
      this.#setWake();
      const next = Math.min(...this.#instants().filter((instant) => instant > this.#nowMs));
      if (next === Number.POSITIVE_INFINITY) break;
      this.#nowMs = next;
      this.#pods = this.#pods.filter(({ goneAtMs = Number.POSITIVE_INFINITY }) => goneAtMs > next);
      this.#record();
    }
    const stay = this.#pods.filter(({ original, ended, goneAtMs }) => original && !ended && goneAtMs === undefined);
    const kept: Record<string, number> = {};
    for (const { set } of stay) kept[set] = (kept[set] ?? 0) + 1;
    return {
      frames: this.#frames,
      ...(completeAtMs !== undefined && { completeAtMs }),
      waves: this.#waves.size,
      created: this.#created,
      kept,
      keptOrdinals: new Set(stay.map(({ ordinal }) => ordinal)),
      asleep: completeAtMs === undefined && this.#pods.some((pod) => this.#isHealthy(pod) && !this.#isAvailable(pod)),
    };
  }

  /** One pass of the controller; true if it changed something. */
  #sync(): boolean {
    const { ordered } = this.#goal;
    const filled = ordered ? this.#fillInOrder() : this.#ordinals().map((ordinal) => this.#fill(ordinal));
    if (filled === "wait") return false;
    if (filled === "again") return true;
    const shrunk = ordered ? this.#shrinkInOrder() : this.#condemned().map((pod) => this.#tell(pod));
    if (shrunk === "wait") return false;
    if (shrunk === "again") return true;
    const updated = this.#goal.onDelete ? false : this.#update();
    return updated || [...filled, ...shrunk].includes(true);
  }

  #fillInOrder(): "wait" | "again" | readonly boolean[] {
    for (const ordinal of this.#ordinals()) {
      if (this.#fill(ordinal)) return "again";
      const pod = this.#at(ordinal);
      if (!pod || !this.#isHealthy(pod) || !this.#isAvailable(pod)) return "wait";
    }
    return [];
  }

  /** Makes sure that an ordinal has a pod that has not ended; true if something had to be done. */
  #fill(ordinal: number): boolean {
    const pod = this.#at(ordinal);
    if (pod && !pod.ended) return false;
    // The API server removes a pod that has ended at once.
    if (pod) this.#pods = this.#pods.filter((other) => other !== pod);
    else this.#create(ordinal);
    return true;
  }

  #shrinkInOrder(): "wait" | "again" | readonly boolean[] {
    const condemned = this.#condemned();
    const [highest] = condemned;
    if (!highest) return [];
    const firstUnhealthy = condemned.findLast((pod) => !this.#isHealthy(pod));
    if (highest.goneAtMs !== undefined) return "wait";
    if (!this.#isAvailable(highest) && highest !== firstUnhealthy) return "wait";
    this.#tell(highest);
    return "again";
  }

  #update(): boolean {
    const { partition, unavailable } = this.#goal;
    const pods = this.#ordinals().flatMap((ordinal) => this.#at(ordinal) ?? []);
    const mayUpdate = pods.filter(({ ordinal }) => ordinal >= partition).toReversed();
    const isOld = ({ set, goneAtMs }: ModelPod) => set !== NEW_SET && goneAtMs === undefined;
    if (unavailable !== undefined) {
      const room = unavailable - pods.filter((pod) => !this.#isHealthy(pod)).length;
      const going = mayUpdate.filter(isOld).slice(0, Math.max(0, room));
      for (const pod of going) this.#tell(pod);
      return going.length > 0;
    }
    const target = mayUpdate.find((pod) => isOld(pod) || !this.#isHealthy(pod));
    return target !== undefined && isOld(target) && this.#tell(target);
  }

  #tell(pod: ModelPod): boolean {
    if (pod.goneAtMs !== undefined) return false;
    pod.goneAtMs = this.#nowMs + Math.max(1, this.#pace.stopMs);
    return true;
  }

  #create(ordinal: number): void {
    const set = ordinal < this.#goal.partition ? this.#goal.below : NEW_SET;
    const readyAtMs = this.#nowMs + this.#pace.startMs(set);
    const availableAtMs = readyAtMs + this.#goal.minReadyMs;
    this.#pods.push({ ordinal, set, original: false, ended: false, readyAtMs, availableAtMs });
    this.#created[set] = (this.#created[set] ?? 0) + 1;
    this.#waves.add(this.#nowMs);
  }

  #original({ ordinal, set, state }: OrderedPod): ModelPod {
    const known: Partial<Record<OrderedPod["state"], number>> = {
      available: -1,
      ready: 0,
      starting: this.#pace.startMs(set),
    };
    const readyAtMs = known[state] ?? Number.POSITIVE_INFINITY;
    return {
      ordinal,
      set,
      original: true,
      ended: state === "ended",
      readyAtMs,
      availableAtMs: state === "available" ? -1 : readyAtMs + this.#goal.minReadyMs,
      ...(state === "stopping" && { goneAtMs: Math.max(1, this.#pace.stopMs) }),
    };
  }

  #ordinals = (): number[] => Array.from({ length: this.#goal.replicas }, (_, index) => this.#goal.start + index);
  #at = (ordinal: number): ModelPod | undefined => this.#pods.find((pod) => pod.ordinal === ordinal);
  #isHealthy = (pod: ModelPod): boolean => !pod.ended && pod.goneAtMs === undefined && pod.readyAtMs <= this.#nowMs;
  #isAvailable = (pod: ModelPod): boolean => pod.availableAtMs <= this.#nowMs;

  /** Pods beyond the wanted ordinals, the highest first. */
  #condemned(): ModelPod[] {
    const { start, replicas } = this.#goal;
    return this.#pods
      .filter(({ ordinal }) => ordinal < start || ordinal >= start + replicas)
      .sort((a, b) => b.ordinal - a.ordinal);
  }

  #isComplete(): boolean {
    const { partition, onDelete } = this.#goal;
    const wanted = this.#ordinals().map((ordinal) => this.#at(ordinal));
    const isDone = (pod: ModelPod | undefined) =>
      pod !== undefined &&
      this.#isHealthy(pod) &&
      this.#isAvailable(pod) &&
      (onDelete || pod.ordinal < partition || pod.set === NEW_SET);
    return wanted.every(isDone) && this.#condemned().every(({ goneAtMs }) => goneAtMs !== undefined);
  }

  #setWake(): void {
    const { minReadyMs, replicas } = this.#goal;
    const healthy = this.#pods.filter((pod) => this.#isHealthy(pod));
    const available = healthy.filter((pod) => this.#isAvailable(pod)).length;
    // It asks again for ever; here only while that may still change something.
    if (minReadyMs === 0 || available === healthy.length) return;
    if (available !== replicas) this.#wakes.add(this.#nowMs + minReadyMs);
    for (const { readyAtMs } of this.#pods)
      if (readyAtMs > 0 && readyAtMs === this.#nowMs) this.#wakes.add(readyAtMs + minReadyMs + WAKE_LATE_MS);
  }

  #instants = (): number[] => [
    ...this.#pods.flatMap(({ readyAtMs, goneAtMs = Number.POSITIVE_INFINITY }) => [readyAtMs, goneAtMs]),
    ...this.#wakes,
  ];

  #record(): void {
    const counts = [...this.#ids].map((id) => {
      const pods = this.#pods.filter(({ set, ended }) => set === id && !ended);
      const counted = pods.filter(({ goneAtMs }) => goneAtMs === undefined);
      return [
        id,
        {
          pods: counted.length,
          ready: counted.filter((pod) => this.#isHealthy(pod)).length,
          available: counted.filter((pod) => this.#isAvailable(pod)).length,
          stopping: pods.length - counted.length,
        },
      ];
    });
    this.#frames.push({ atMs: this.#nowMs, sets: Object.fromEntries(counts) });
  }
}
