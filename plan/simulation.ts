import type { Room } from "../kubernetes/count-or-percent.ts";
import { proportions } from "./rolling/proportional-scaling.ts";
import { type Frame, type Goal, NEW_SET, type Pace, type Simulation, type StartingSet } from "./simulated-frames.ts";

type ModelPod = { readonly original: boolean; readonly readyAtMs: number; readonly availableAtMs: number };
type ModelSet = {
  readonly id: string;
  readonly current: boolean;
  pods: ModelPod[];
  desired?: number;
  max?: number;
  /** Until then its controller creates pods, and deletes none. */
  busyUntilMs: number;
  /** What its status says until time goes on, where that is late. */
  late?: { readonly atMs: number; readonly available: number };
};
/** A pod that its set no longer wants. Its controller deletes it at `toldAtMs`; until then it counts as any other pod. */
type Surplus = { readonly set: string; readonly toldAtMs: number; readonly goneAtMs: number };

/**
 * Simulates a rollout as the controllers for Deployments and ReplicaSets of Kubernetes 1.33 do it (pkg/controller/deployment:
 * sync.go, rolling.go, recreate.go; pkg/controller/replicaset). Time jumps from one instant at which something happens to the
 * next: a pod gets Ready or available, is told to stop, or is gone. At each instant the Deployment's controller repeats these
 * steps until it changes nothing more:
 * 1. The number of replicas is new: scale the sets there are (`proportions` if several have pods), then begin again.
 * 2. RollingUpdate: grow the new set, up to replicas + surge pods of all sets.
 * 3. RollingUpdate: shrink old sets, oldest first: unavailable pods first, then available ones, while at least
 *    replicas - unavailable pods stay available.
 * 4. Recreate, in place of 2 and 3: scale old sets to 0, wait until their pods are gone, then create all new pods.
 *
 * `start` lists the sets by age, the oldest first. An old pod that is not ready is assumed never to get ready.
 *
 * Example: 4 pods of v1 become v2, surge 1, unavailable 1. So there are at most 5 pods, and at least 3 available ones. Pods
 * take 5 s to get Ready and 3 s to stop:
 *
 *     at     the controller       v1                 v2                 why
 *     0 s    grows v2 by 1        4 available        1 starts           4 + 1 = 5 pods, the most
 *     0 s    shrinks v1 by 1      3, and 1 stops     1 starts           3 available, the least
 *     0 s    grows v2 by 1        3, and 1 stops     2 start            a pod that stops no longer counts: 3 + 2 = 5
 *     5 s    shrinks v1 by 2      1, and 2 stop      2 available        5 are available, 3 must be
 *     5 s    grows v2 by 2        1, and 2 stop      2, and 2 start     1 + 4 = 5
 *     10 s   shrinks v1 by 1      0, and 1 stops     4 available        complete: two waves of new pods
 *
 * The Deployment's controller counts what it asked of its sets, not the pods that exist. A set that is creating pods deletes
 * none before it has seen all of them, while the other sets act at once. So there may be more pods than replicas + surge
 * (kubernetes#95498). Example: 1 pod of v1 becomes 5 of v2, surge 2, unavailable 1:
 * - The number is new: v1 is scaled from 1 to 5.
 * - The template is new: the set of v2 gets 2 pods, which makes 7.
 * - Of the 4 pods of v1 that are not available one may go: v1 is scaled from 5 to 4, but it is still creating its fifth.
 * - The controller gives that pod's place to v2, which now has 3 pods: 5 + 3 = 8 exist.
 */
export function simulate(start: readonly StartingSet[], goal: Goal, pace: Pace): Simulation {
  return new Model(start, goal, pace).run();
}

class Model {
  readonly #goal: Goal;
  readonly #pace: Pace;
  readonly #sets: ModelSet[];
  readonly #frames: Frame[] = [];
  readonly #created: Record<string, number> = {};
  readonly #waves = new Set<number>();
  readonly #givenUp: readonly number[];
  #surplus: Surplus[];
  /** When Recreate notices that all old pods are gone. */
  #oldGoneAtMs = 0;
  #nowMs = 0;

  constructor(start: readonly StartingSet[], goal: Goal, pace: Pace) {
    this.#goal = goal;
    this.#pace = pace;
    this.#sets = start.map((set) => ({
      id: set.id,
      current: set.current,
      ...(set.desired !== undefined && { desired: set.desired }),
      ...(set.max !== undefined && { max: set.max }),
      pods: Array.from({ length: set.pods }, (_, index) => this.#original(set, index)),
      busyUntilMs: 0,
    }));
    this.#surplus = [];
    this.#givenUp = start.map(({ surplus = 0 }) => surplus);
    for (const [index, { stopping }] of start.entries()) this.#tell(this.#sets[index] as ModelSet, stopping);
  }

  run(): Simulation {
    let completeAtMs: number | undefined;
    this.#record();
    for (const [index, surplus] of this.#givenUp.entries()) this.#giveUp(this.#sets[index] as ModelSet, surplus);
    for (;;) {
      while (this.#sync()) this.#record();
      if (this.#isComplete()) completeAtMs ??= this.#nowMs;
      const next = Math.min(...this.#instants().filter((instant) => instant > this.#nowMs));
      if (next === Number.POSITIVE_INFINITY) break;
      this.#nowMs = next;
      this.#record();
    }
    const kept = this.#sets.map(({ id, pods }) => [id, pods.filter(({ original }) => original).length] as const);
    return {
      frames: this.#frames,
      ...(completeAtMs !== undefined && { completeAtMs }),
      waves: this.#waves.size,
      created: this.#created,
      kept: Object.fromEntries(kept),
    };
  }

  /** One pass of the Deployment's controller; true if it changed something. */
  #sync(): boolean {
    const { replicas, room, paused } = this.#goal;
    if (paused) return this.#scaleAll();
    const active = this.#active();
    if (active.some(({ desired }) => desired !== undefined && desired !== replicas)) {
      const isScaled = this.#scaleAll();
      // Recreate has no rule for a new number while several sets have pods: every later pass ends here again.
      if (!isScaled && room === "recreate" && active.length > 1) return false;
      for (const set of active) set.desired = replicas;
      return true;
    }
    return room === "recreate" ? this.#recreate() : this.#roll(room);
  }

  /** Scales the sets without rolling: all that a paused Deployment does, and the first thing after a new number of replicas. */
  #scaleAll(): boolean {
    const { replicas, room } = this.#goal;
    const active = this.#active();
    const current = this.#current();
    const only = active.length > 1 ? undefined : (active[0] ?? current ?? this.#sets.at(-1));
    if (only) return this.#scale(only, replicas);
    if (current && this.#isSaturated(current)) {
      const old = active.filter((set) => !set.current);
      return old.map((set) => this.#scale(set, 0)).includes(true);
    }
    if (room === "recreate") return false;
    const sizes = proportions(
      active.map(({ pods, max }) => ({ pods: pods.length, ...(max !== undefined && { max }) })),
      { replicas, surge: room.surge, total: count(this.#sets) },
    );
    return active.map((set, index) => this.#scale(set, sizes[index] ?? 0)).includes(true);
  }

  #isSaturated(set: ModelSet): boolean {
    const { replicas } = this.#goal;
    return set.desired === replicas && set.pods.length === replicas && this.#told(set) === replicas;
  }

  #roll(room: Room): boolean {
    const current = this.#current() ?? this.#addSet();
    return this.#growCurrent(current, room) || this.#shrinkOld(current, room);
  }

  #growCurrent(current: ModelSet, { surge }: Room): boolean {
    const { replicas } = this.#goal;
    const room = Math.max(0, replicas + surge - count(this.#sets));
    return this.#scale(current, Math.min(replicas, current.pods.length + room));
  }

  #shrinkOld(current: ModelSet, { unavailable }: Room): boolean {
    const { replicas } = this.#goal;
    const least = replicas - Math.min(unavailable, replicas);
    const currentUnavailable = current.pods.length - this.#told(current);
    const mayGo = count(this.#sets) - least - currentUnavailable;
    if (mayGo <= 0) return false;
    const old = this.#active().filter((set) => !set.current);
    const before = count(old);
    let unhealthy = mayGo;
    for (const set of old) {
      const going = Math.min(unhealthy, set.pods.length - this.#available(set));
      this.#scale(set, set.pods.length - going);
      unhealthy -= going;
    }
    let surplus = this.#sets.reduce((sum, set) => sum + this.#told(set), 0) - least;
    for (const set of old) {
      const going = Math.max(0, Math.min(surplus, set.pods.length));
      this.#scale(set, set.pods.length - going);
      surplus -= going;
    }
    return count(old) < before;
  }

  #recreate(): boolean {
    const old = this.#active().filter((set) => !set.current);
    for (const set of old) this.#scale(set, 0);
    if (old.length > 0) return true;
    const current = this.#current();
    // Recreate waits until the last old pod is gone.
    if (this.#oldGoneAtMs > this.#nowMs) return false;
    return this.#scale(current ?? this.#addSet(), this.#goal.replicas);
  }

  /** A ReplicaSet creates the pods that are missing. If it has too many, it deletes those not ready first, then the youngest. */
  #scale(set: ModelSet, pods: number): boolean {
    const surplus = set.pods.length - pods;
    if (surplus > 0) this.#giveUp(set, surplus);
    else if (surplus < 0) {
      set.busyUntilMs = this.#nowMs + (this.#pace.createMs?.(-surplus) ?? 0);
      set.pods.push(...Array.from({ length: -surplus }, () => this.#create(set)));
      this.#created[set.id] = (this.#created[set.id] ?? 0) - surplus;
      if (set.current) this.#waves.add(this.#nowMs);
    }
    set.desired = this.#goal.replicas;
    if (this.#goal.room !== "recreate") set.max = this.#goal.replicas + this.#goal.room.surge;
    return surplus !== 0;
  }

  #giveUp(set: ModelSet, surplus: number): void {
    if (this.#pace.lateStatus && set.current) set.late = { atMs: this.#nowMs, available: this.#available(set) };
    const ranked = set.pods.toSorted((a, b) => this.#rank(b) - this.#rank(a));
    set.pods = ranked.slice(surplus);
    this.#tell(set, surplus);
  }

  /** Tells `pods` surplus pods of a set to stop, as soon as its controller has finished creating. */
  #tell(set: ModelSet, pods: number): void {
    if (pods === 0) return;
    const toldAtMs = Math.max(this.#nowMs, set.busyUntilMs);
    const goneAtMs = toldAtMs + this.#pace.stopMs;
    this.#surplus.push(...Array.from({ length: pods }, () => ({ set: set.id, toldAtMs, goneAtMs })));
    if (!set.current) this.#oldGoneAtMs = Math.max(this.#oldGoneAtMs, goneAtMs + (this.#pace.noticeMs ?? 0));
  }

  #rank = ({ readyAtMs }: ModelPod): number => (readyAtMs > this.#nowMs ? Number.MAX_VALUE : readyAtMs);

  #create({ id }: ModelSet): ModelPod {
    const readyAtMs = this.#nowMs + this.#pace.startMs(id);
    return { original: false, readyAtMs, availableAtMs: readyAtMs + this.#goal.minReadyMs };
  }

  #original({ id, current, ready, available }: StartingSet, index: number): ModelPod {
    // Available pods have been ready for longer than those that are only ready.
    if (index < available) return { original: true, readyAtMs: -1, availableAtMs: 0 };
    const readyAtMs = index < ready ? 0 : current ? this.#pace.startMs(id) : Number.POSITIVE_INFINITY;
    return { original: true, readyAtMs, availableAtMs: readyAtMs + this.#goal.minReadyMs };
  }

  #addSet(): ModelSet {
    const set: ModelSet = { id: NEW_SET, current: true, pods: [], busyUntilMs: 0 };
    this.#sets.push(set);
    return set;
  }

  #current = (): ModelSet | undefined => this.#sets.find(({ current }) => current);
  #active = (): ModelSet[] => this.#sets.filter(({ pods }) => pods.length > 0);
  #available = ({ pods }: ModelSet): number => pods.filter((pod) => pod.availableAtMs <= this.#nowMs).length;

  /** How many pods are available as a set's status says it. */
  #told = (set: ModelSet): number => (set.late?.atMs === this.#nowMs ? set.late.available : this.#available(set));

  #isComplete(): boolean {
    const current = this.#current();
    if (this.#goal.paused) {
      const created = this.#sets.flatMap(({ pods }) => pods.filter(({ original }) => !original));
      return created.every(({ availableAtMs }) => availableAtMs <= this.#nowMs);
    }
    const { replicas } = this.#goal;
    return (
      (current ? this.#available(current) : 0) === replicas &&
      (current?.pods.length ?? 0) === replicas &&
      count(this.#sets) === replicas
    );
  }

  #instants = (): number[] => [
    ...this.#sets.flatMap(({ pods }) => pods.flatMap(({ readyAtMs, availableAtMs }) => [readyAtMs, availableAtMs])),
    ...this.#surplus.flatMap(({ toldAtMs, goneAtMs }) => [toldAtMs, goneAtMs]),
    this.#oldGoneAtMs,
  ];

  #record(): void {
    this.#surplus = this.#surplus.filter(({ goneAtMs }) => goneAtMs > this.#nowMs);
    const counts = this.#sets.map((set) => {
      const surplus = this.#surplus.filter((pod) => pod.set === set.id);
      const untold = surplus.filter(({ toldAtMs }) => toldAtMs > this.#nowMs).length;
      return [
        set.id,
        {
          pods: set.pods.length + untold,
          ready: set.pods.filter((pod) => pod.readyAtMs <= this.#nowMs).length,
          available: this.#available(set),
          stopping: surplus.length - untold,
        },
      ];
    });
    this.#frames.push({ atMs: this.#nowMs, sets: Object.fromEntries(counts) });
  }
}

const count = (sets: readonly ModelSet[]): number => sets.reduce((sum, { pods }) => sum + pods.length, 0);
