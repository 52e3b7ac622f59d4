import type { Event, PodSeen } from "../events.ts";
import type { ClusterClock } from "./cluster-clock.ts";
import { type ContainerEnd, endsOf, type Restart, restartsBetween } from "./containers.ts";

type PodEvent = Extract<Event, { type: "pod" }>;

/** A pod in one state. Each interval of a pod begins where the one before ends. */
export type PodInterval = {
  readonly state: PodState;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Ids of the events that reported this state. */
  readonly eventIds: readonly number[];
};

/** One pod's life as far as the recording shows it. Times are in ms since the recording's start. */
export type PodCourse = {
  readonly name: string;
  readonly uid: string;
  readonly release: string;
  readonly owner?: string;
  readonly qosClass?: string;
  /** The pod existed when the watch began, so its life before is unknown. */
  readonly listed: boolean;
  /** From the pod's first event to its deletion, or to the recording's end. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly firstEventId: number;
  /** The cluster's time of creation (whole seconds), converted to the recording's clock. */
  readonly createdMs: number;
  /** When the watch reported that the pod is gone; absent where it still exists at the recording's end. */
  readonly deletedMs?: number;
  readonly intervals: readonly PodInterval[];
  /**
   * The first event that reported the pod Ready. `sinceMs`: the cluster's time of it (whole seconds), on the recording's clock.
   */
  readonly firstReady?: { readonly atMs: number; readonly eventId: number; readonly sinceMs?: number };
  /** When and why it ended although nobody asked for its deletion: `Evicted`, or the phase, `Failed` or `Succeeded`. */
  readonly ended?: { readonly atMs: number; readonly eventId: number; readonly reason: string };
  readonly restarts: readonly Restart[];
  /** The ends of its containers' runs, whether a restart followed or not. */
  readonly ends: readonly ContainerEnd[];
};

/**
 * Makes one course for each pod, in the order of their first events; `endMs` is the recording's end.
 *
 * A pod is known by its uid, since the successor of a bare pod has the same name. Each event reports the whole pod, from which
 * `podState` tells the state. Events of one state in a row become one interval, which lasts until the state changes.
 *
 * Example of one pod:
 * | event | reports | state from here on |
 * |---|---|---|
 * | at 1 s | the pod is added, its container waits for its image | pending |
 * | at 2 s | the container runs | starting |
 * | at 4 s | Ready is true | ready |
 * | at 7 s | Ready is false | unready: it was Ready since its container started |
 * | at 8 s | the container is terminated | crashed |
 * | at 9 s | the container runs, restartCount 1 | starting: it was not yet Ready in this run |
 * | at 11 s | deletionTimestamp is set | terminating |
 * | at 12 s | the pod is deleted | its life ends |
 */
export function podCourses(events: readonly Event[], clock: ClusterClock, endMs: number): PodCourse[] {
  const sights = new Map<string, PodEvent[]>();
  const evicted = new Set<string>();
  for (const event of events) {
    if (event.type === "kubernetes-event" && event.reason === EVICTED) evicted.add(event.about);
    if (event.type !== "pod") continue;
    const known = sights.get(event.uid);
    if (known) known.push(event);
    else sights.set(event.uid, [event]);
  }
  return [...sights.values()].map((seen) =>
    podCourse(seen, { clock, endMs, isEvicted: evicted.has(`Pod/${seen[0]?.name}`) }),
  );
}

type Around = { readonly clock: ClusterClock; readonly endMs: number; readonly isEvicted: boolean };

function podCourse(seen: readonly PodEvent[], { clock, endMs, isEvicted }: Around): PodCourse {
  const [first] = seen;
  if (!first) throw new Error("a pod's course needs at least one event");
  const deleted = seen.find(({ change }) => change === "deleted");
  const untilMs = deleted?.atMs ?? Math.max(endMs, first.atMs);
  const ready = seen.find((event) => event.ready && event.change !== "deleted");
  return {
    name: first.name,
    uid: first.uid,
    release: first.release,
    ...definedOnly({ owner: first.owner, qosClass: seen.find((event) => event.qosClass)?.qosClass }),
    listed: first.change === "listed",
    fromMs: first.atMs,
    untilMs,
    firstEventId: first.id,
    createdMs: clock.toRecordingMs(first.createdAtMs),
    ...definedOnly({ deletedMs: deleted?.atMs }),
    intervals: intervalsOf(seen, untilMs),
    ...definedOnly({ firstReady: ready && firstReady(ready, clock) }),
    ...definedOnly({ ended: endedOf(seen, isEvicted) }),
    restarts: restartsBetween(seen, clock),
    ends: endsOf(seen, clock),
  };
}

const EVICTED = "Evicted";

/**
 * A pod that was over when the recording began ended before it. A pod whose containers exit with 0 as it is evicted is Succeeded and
 * has no reason; the event about it says that it was evicted.
 */
function endedOf(seen: readonly PodEvent[], isEvicted: boolean): PodCourse["ended"] {
  const first = seen.find((event) => event.change !== "deleted" && podState(event, false) === "ended");
  if (!first || (first === seen[0] && first.change === "listed")) return undefined;
  return { atMs: first.atMs, eventId: first.id, reason: first.reason ?? (isEvicted ? EVICTED : first.phase) };
}

const firstReady = ({ atMs, id, readyAtMs }: PodEvent, clock: ClusterClock): NonNullable<PodCourse["firstReady"]> => ({
  atMs,
  eventId: id,
  ...definedOnly({ sinceMs: readyAtMs === undefined ? undefined : clock.toRecordingMs(readyAtMs) }),
});

function intervalsOf(seen: readonly PodEvent[], untilMs: number): PodInterval[] {
  const intervals: { state: PodState; fromMs: number; eventIds: number[] }[] = [];
  let readyInRun: number | undefined;
  for (const event of seen) {
    const run = restartsOf(event);
    if (event.change === "deleted") {
      intervals.at(-1)?.eventIds.push(event.id);
      break;
    }
    const state = podState(event, readyInRun === run);
    if (event.ready) readyInRun = run;
    const last = intervals.at(-1);
    if (last?.state === state) last.eventIds.push(event.id);
    // Of several events at one instant the last one counts, so no interval has zero length.
    else if (last?.fromMs === event.atMs) Object.assign(last, { state, eventIds: [...last.eventIds, event.id] });
    else intervals.push({ state, fromMs: event.atMs, eventIds: [event.id] });
  }
  return intervals.map((interval, index) => ({ ...interval, untilMs: intervals[index + 1]?.fromMs ?? untilMs }));
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const definedOnly = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;

/**
 * The state of a pod as the chart and the verdicts tell it:
 * - `pending`: not all of its containers run yet;
 * - `starting`: they run, and the pod was not yet Ready in this run;
 * - `ready`: the condition Ready is true;
 * - `unready`: it was Ready in this run, and is not now;
 * - `crashed`: a container has ended, or waits for its next run;
 * - `ended`: the pod has failed, was evicted, or has completed, and runs no container ever again;
 * - `terminating`: its deletion was asked for, whether it is Ready or not.
 */
export type PodState = "pending" | "starting" | "ready" | "unready" | "crashed" | "ended" | "terminating";

/** The state of a pod as one event reports it. `wasReady`: the pod was Ready at some time since its containers last started. */
export function podState(pod: PodSeen, wasReady: boolean): PodState {
  if (pod.deletionAtMs !== undefined) return "terminating";
  if (pod.ready) return "ready";
  if (pod.phase === "Failed" || pod.phase === "Succeeded") return "ended";
  if (pod.containers.some(isBetweenRuns)) return "crashed";
  if (wasReady) return "unready";
  return pod.containers.length > 0 && pod.containers.every(({ state }) => state === "running") ? "starting" : "pending";
}

const isBetweenRuns = ({ state, last, reason, restartCount }: PodSeen["containers"][number]): boolean =>
  state === "terminated" ||
  (state === "waiting" && (restartCount > 0 || last !== undefined || reason === "CrashLoopBackOff"));

/** The restarts of a pod's containers, summed; those of init containers count in `restartsBetween` alone. */
export const restartsOf = (pod: PodSeen): number =>
  pod.containers.reduce((sum, { restartCount }) => sum + restartCount, 0);

/** Whether a pod in this state is one of a workload's replicas: its controller makes another for each that is none. */
export const isReplica = (state: PodState): boolean => state !== "terminating" && state !== "ended";
