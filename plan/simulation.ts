import type { Room } from "../kubernetes/count-or-percent.ts";
import { proportions } from "./proportional-scaling.ts";
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
};
/** A pod that its set wants no more: before `toldAtMs` nobody has told it. */
type Surplus = { readonly set: string; readonly toldAtMs: number; readonly goneAtMs: number };

/**
 * Simulates a rollout as the controllers for Deployments and ReplicaSets of Kubernetes 1.33 do it (pkg/controller/deployment:
 * sync.go, rolling.go, recreate.go; pkg/controller/replicaset): scaling before rolling, new pods up to the surge, unhealthy
 * old pods first, then as many old ones as may be missing. Sets are in the order of their age. Old pods that are not ready
 * are taken never to get ready.
 *
 * The Deployment's controller counts what it asked of its sets, not the pods that there are. A set that creates pods deletes
 * none before it has seen all of them, while the other sets do what they are asked at once. So there may be more pods than
 * the wanted number and the surge (kubernetes#95498). For example, 1 pod of v1 becomes 5 of v2, surge 2, unavailable 1:
 * - the number is new: v1 is scaled from 1 to 5
 * - the template is new: the set of v2 gets 2 pods, which makes 7
 * - of the 4 pods of v1 that are not available one may go: v1 is scaled from 5 to 4, but it is still creating its fifth
 * - the room of that one is v2's: it gets 3 pods, and there are 5 + 3 = 8
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
  #surplus: Surplus[];
  /** When Recreate knows that all old pods are gone. */
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
    for (const [index, { stopping }] of start.entries()) this.#tell(this.#sets[index] as ModelSet, stopping);
  }

  run(): Simulation {
    let completeAtMs: number | undefined;
    this.#record();
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

  /** One look of the Deployment's controller; whether it did something. */
  #sync(): boolean {
    const { replicas, room, paused } = this.#goal;
    if (paused) return this.#scaleAll();
    const active = this.#active();
    if (active.some(({ desired }) => desired !== undefined && desired !== replicas)) {
      this.#scaleAll();
      for (const set of active) set.desired = replicas;
      return true;
    }
    return room === "recreate" ? this.#recreate() : this.#roll(room);
  }

  /** What is done while the Deployment is paused, and before anything rolls when its number changed. */
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
    return set.desired === replicas && set.pods.length === replicas && this.#available(set) === replicas;
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
    const currentUnavailable = current.pods.length - this.#available(current);
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
    let surplus = this.#sets.reduce((sum, set) => sum + this.#available(set), 0) - least;
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
    // It waits until the last old pod is gone.
    if (this.#oldGoneAtMs > this.#nowMs) return false;
    return this.#scale(current ?? this.#addSet(), this.#goal.replicas);
  }

  /** A ReplicaSet creates what is missing, and of what is too much deletes what is not ready, then the youngest. */
  #scale(set: ModelSet, pods: number): boolean {
    const surplus = set.pods.length - pods;
    if (surplus > 0) {
      const ranked = set.pods.toSorted((a, b) => this.#rank(b) - this.#rank(a));
      set.pods = ranked.slice(surplus);
      this.#tell(set, surplus);
    } else if (surplus < 0) {
      set.busyUntilMs = this.#nowMs + (this.#pace.createMs?.(-surplus) ?? 0);
      set.pods.push(...Array.from({ length: -surplus }, () => this.#create(set)));
      this.#created[set.id] = (this.#created[set.id] ?? 0) - surplus;
      if (set.current) this.#waves.add(this.#nowMs);
    }
    set.desired = this.#goal.replicas;
    if (this.#goal.room !== "recreate") set.max = this.#goal.replicas + this.#goal.room.surge;
    return surplus !== 0;
  }

  /** Tells so many pods that a set wants no more to stop, as soon as its controller comes to it. */
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
    // Those that are available have been ready for longer.
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
