import type { Event, PodSeen } from "../events.ts";
import type { ClusterClock } from "./cluster-clock.ts";
import { type ContainerEnd, endsOf, type Restart, restartsBetween } from "./containers.ts";

/** A pod's sight with its stamp. */
type PodEvent = Extract<Event, { type: "pod" }>;

/** A pod in one state; the intervals of a pod follow one another without a hole. */
export type PodInterval = {
  readonly state: PodState;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The events that told of this state. */
  readonly eventIds: readonly number[];
};

/** One pod's life as far as the recording saw it; all times in ms since the recording's start. */
export type PodCourse = {
  readonly name: string;
  readonly uid: string;
  readonly release: string;
  readonly owner?: string;
  readonly qosClass?: string;
  /** It was there when the watch began: what came before is unknown. */
  readonly listed: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly firstEventId: number;
  /** By the cluster's clock, whose times are whole seconds. */
  readonly createdMs: number;
  /** When it was seen to be gone. */
  readonly deletedMs?: number;
  readonly intervals: readonly PodInterval[];
  /** When it was first seen Ready, by which event, and since when by the cluster's clock (whole seconds). */
  readonly firstReady?: { readonly atMs: number; readonly eventId: number; readonly sinceMs?: number };
  readonly restarts: readonly Restart[];
  /** Runs of containers that ended, restarted since or not. */
  readonly ends: readonly ContainerEnd[];
};

/** Makes one course per pod, in the order in which the pods were first seen; `endMs` is the recording's end. */
export function podCourses(events: readonly Event[], clock: ClusterClock, endMs: number): PodCourse[] {
  const sights = new Map<string, PodEvent[]>();
  for (const event of events) {
    if (event.type !== "pod") continue;
    const known = sights.get(event.uid);
    if (known) known.push(event);
    else sights.set(event.uid, [event]);
  }
  return [...sights.values()].map((seen) => podCourse(seen, clock, endMs));
}

function podCourse(seen: readonly PodEvent[], clock: ClusterClock, endMs: number): PodCourse {
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
    restarts: restartsBetween(seen, clock),
    ends: endsOf(seen, clock),
  };
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
    // What stood for no time is not a state of its own.
    else if (last?.fromMs === event.atMs) Object.assign(last, { state, eventIds: [...last.eventIds, event.id] });
    else intervals.push({ state, fromMs: event.atMs, eventIds: [event.id] });
  }
  return intervals.map((interval, index) => ({ ...interval, untilMs: intervals[index + 1]?.fromMs ?? untilMs }));
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const definedOnly = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;

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
