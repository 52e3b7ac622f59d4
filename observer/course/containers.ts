import type { Event } from "../events.ts";
import type { ClusterClock } from "./cluster-clock.ts";

type PodEvent = Extract<Event, { type: "pod" }>;
type Container = PodEvent["containers"][number];

/**
 * The end of one run of a container. Runs count from 0.
 *
 * The kubelet reports the same end in several forms, one after the other. Example of a container that exits and is restarted:
 * | event | state | restartCount | `last` | what it says |
 * |---|---|---|---|---|
 * | at 5.0 s | terminated | 0 | - | run 0 has ended |
 * | at 5.2 s | waiting | 0 | exit code 1 | the same end, now with its exit code |
 * | at 15.0 s | running | 1 | exit code 1 | the same end once more; run 1 has begun |
 *
 * These are one `ContainerEnd` (run 0, at 5.0 s, exit code 1) and one `Restart` (run 1, at 15.0 s).
 */
export type ContainerEnd = {
  readonly container: string;
  readonly run: number;
  /** When the first event reported the end, on the recording's clock. */
  readonly atMs: number;
  readonly eventId: number;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** The cluster's times (whole seconds), converted to the recording's clock. */
  readonly startedMs?: number;
  readonly finishedMs?: number;
};

/** The start of another run of a container in the same pod. */
export type Restart = {
  readonly container: string;
  /** Number of the run that begins: the first restart begins run 1. */
  readonly run: number;
  readonly atMs: number;
  readonly eventId: number;
  /** The cluster's time of the start (whole seconds), converted to the recording's clock. */
  readonly startedMs?: number;
  /** The end of the run before; absent where no event reported it. */
  readonly end?: ContainerEnd;
};

const OOM_KILLED = "OOMKilled";

/** All containers of a pod. Kubernetes allows no two of them the same name. */
const containersOf = ({ containers, initContainers = [] }: PodEvent): readonly Container[] => [
  ...containers,
  ...initContainers,
];

/** The containers whose end is an event: an init container that is no sidecar ends when it has done its work. */
const lastingContainers = ({ containers, initContainers = [] }: PodEvent): readonly Container[] => [
  ...containers,
  ...initContainers.filter(({ sidecar }) => sidecar),
];

/**
 * The restarts of one pod's containers during the recording, in the order of the events. `seen` are the pod's events.
 *
 * The kubelet's count may rise by more than one between two events. Each restart in between becomes one entry; those before the
 * last have no start time. Example: 0 in one event and 2 in the next give the restarts that begin run 1 and run 2, both at the
 * time of the second event.
 */
export function restartsBetween(seen: readonly PodEvent[], clock: ClusterClock): Restart[] {
  const ends = endsOf(seen, clock, containersOf);
  // A pod that existed before the recording may have restarted before it: those restarts do not count.
  const runs = new Map(seen[0]?.change === "listed" ? containersOf(seen[0]).map((one) => [one.name, runOf(one)]) : []);
  return seen.flatMap((event) =>
    containersOf(event).flatMap((container) => {
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

/** The kubelet counts a restart when the new run starts, so the count is the number of the run. */
const runOf = ({ restartCount }: Container): number => restartCount;

/**
 * The ends of runs of one pod's containers during the recording, each once. Ends after the request to delete the pod are left
 * out: they belong to the deletion. `seen` are the pod's events, and `of` gives the containers that count: by default not those
 * that initialise the pod and then end.
 */
export function endsOf(seen: readonly PodEvent[], clock: ClusterClock, of = lastingContainers): ContainerEnd[] {
  const ends = new Map<string, ContainerEnd>();
  const first = seen[0]?.change === "listed" ? seen[0] : undefined;
  const old = new Set(first && of(first).flatMap((one) => endsIn(first, one, clock).map(keyOf)));
  for (const event of seen) {
    if (event.deletionAtMs !== undefined) break;
    for (const container of of(event)) {
      for (const end of endsIn(event, container, clock)) {
        const key = keyOf(end);
        if (old.has(key)) continue;
        const known = ends.get(key);
        // The first event that reports the end has the time; later ones add details such as the exit code.
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
  // While a container waits for its next run, `last` already holds the end, but the kubelet has not yet counted the restart.
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
