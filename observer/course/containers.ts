import type { Event } from "../events.ts";
import type { ClusterClock } from "./cluster-clock.ts";

type PodEvent = Extract<Event, { type: "pod" }>;
type Container = PodEvent["containers"][number];

/** How one run of a container ended; runs count from 0. */
export type ContainerEnd = {
  readonly container: string;
  readonly run: number;
  /** When it was seen, on the recording's clock, and by which event. */
  readonly atMs: number;
  readonly eventId: number;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** By the cluster's clock (whole seconds), on the recording's. */
  readonly startedMs?: number;
  readonly finishedMs?: number;
};

/** A container was started again in the same pod. */
export type Restart = {
  readonly container: string;
  /** The run that began; the first restart begins run 1. */
  readonly run: number;
  readonly atMs: number;
  readonly eventId: number;
  /** When the new run began by the cluster's clock (whole seconds), on the recording's. */
  readonly startedMs?: number;
  /** How the run before ended, as far as it was seen. */
  readonly end?: ContainerEnd;
};

const OOM_KILLED = "OOMKilled";

/** Every restart of a pod's containers that happened while it was watched, in the order in which they were seen. */
export function restartsBetween(seen: readonly PodEvent[], clock: ClusterClock): Restart[] {
  const ends = endsOf(seen, clock);
  // A pod that was there before may have restarted before; that is not of this recording.
  const runs = new Map(seen[0]?.change === "listed" ? seen[0].containers.map((one) => [one.name, runOf(one)]) : []);
  return seen.flatMap((event) =>
    event.containers.flatMap((container) => {
      const known = runs.get(container.name) ?? 0;
      const run = runOf(container);
      if (run <= known) return [];
      runs.set(container.name, run);
      return Array.from({ length: run - known }, (_, index) =>
        restart(event, container, known + index + 1, { ends, clock }),
      );
    }),
  );
}

function restart(
  event: PodEvent,
  container: Container,
  run: number,
  { ends, clock }: { ends: readonly ContainerEnd[]; clock: ClusterClock },
): Restart {
  const end = ends.find((one) => one.container === container.name && one.run === run - 1);
  const { startedAtMs } = container;
  return {
    container: container.name,
    run,
    atMs: event.atMs,
    eventId: event.id,
    ...(startedAtMs !== undefined && run === runOf(container) ? { startedMs: clock.toRecordingMs(startedAtMs) } : {}),
    ...(end ? { end } : {}),
  };
}

/** The kubelet raises the count of restarts when it starts the container again, so the count is the number of the run. */
const runOf = ({ restartCount }: Container): number => restartCount;

/** Every end of a container's run that was seen, once each; those of pods on their way out left out. */
export function endsOf(seen: readonly PodEvent[], clock: ClusterClock): ContainerEnd[] {
  const ends = new Map<string, ContainerEnd>();
  const first = seen[0]?.change === "listed" ? seen[0] : undefined;
  const old = new Set(first?.containers.flatMap((one) => endsIn(first, one, clock).map(keyOf)));
  for (const event of seen) {
    if (event.deletionAtMs !== undefined) break;
    for (const container of event.containers) {
      for (const end of endsIn(event, container, clock)) {
        const key = keyOf(end);
        if (old.has(key)) continue;
        const known = ends.get(key);
        // The first sight has the time, a later one the details.
        ends.set(key, known ? { ...end, ...known, oomKilled: known.oomKilled || end.oomKilled } : end);
      }
    }
  }
  return [...ends.values()];
}

const keyOf = ({ container, run }: ContainerEnd): string => `${container} ${run}`;

function endsIn(event: PodEvent, container: Container, clock: ClusterClock): ContainerEnd[] {
  const seen = { container: container.name, atMs: event.atMs, eventId: event.id };
  const { last, reason, state } = container;
  const run = runOf(container);
  // While a container waits for its next run the kubelet has moved the end into `last`, but not yet counted the restart.
  const lastRun = state === "waiting" ? run : run - 1;
  return [
    ...(last
      ? [
          {
            ...seen,
            run: lastRun,
            ...(last.reason === undefined ? {} : { reason: last.reason }),
            exitCode: last.exitCode,
            oomKilled: last.reason === OOM_KILLED,
            ...(last.startedAtMs === undefined ? {} : { startedMs: clock.toRecordingMs(last.startedAtMs) }),
            ...(last.finishedAtMs === undefined ? {} : { finishedMs: clock.toRecordingMs(last.finishedAtMs) }),
          },
        ]
      : []),
    ...(state === "terminated"
      ? [{ ...seen, run, ...(reason === undefined ? {} : { reason }), oomKilled: reason === OOM_KILLED }]
      : []),
  ];
}
