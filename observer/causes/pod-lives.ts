import type { Course, PodCourse } from "../course/course.ts";
import type { Event, Recording } from "../events.ts";

type PodEvent = Extract<Event, { type: "pod" }>;

/** What is known of a pod's end and of its template, beside its course. Times are in ms since the recording's start. */
export type PodLife = {
  readonly name: string;
  readonly course: PodCourse;
  readonly fromMs: number;
  /** The request to delete it; absent where nobody asked. */
  readonly deletion?: {
    readonly atMs: number;
    readonly eventId: number;
    /** It may have been so much before `atMs`: as late as this machine's timers and the API server's answers were then. */
    readonly toldLateMs: number;
    /** From here on SIGTERM was sent: the preStop wait is over. */
    readonly stopMs: number;
    /** From here on the server may have closed its port: it has drained, where it is known to drain. */
    readonly closedMs: number;
    /** From here on the kubelet kills; absent where the grace period is not known. */
    readonly killMs?: number;
  };
  /** The end of its containers after the request to delete it. */
  readonly stopped?: ContainerStop;
  /** When the API server forgot the pod. */
  readonly goneMs?: number;
  /** The wait before SIGTERM; absent where a hook decides it, or the recording does not tell. */
  readonly preStopSeconds?: number;
  readonly drainSeconds?: number;
  readonly graceSeconds?: number;
  /** Names of the probes that one of its containers has, or more; absent where the recording does not tell. */
  readonly probes?: readonly string[];
};

export type ContainerStop = {
  /** The end lies between these two. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly eventId: number;
  readonly exitCode?: number;
  /** It ended by a signal, or with an error: it did not end by itself. */
  readonly killed: boolean;
};

/** A container's end is told this much later at most, where the cluster does not say when it was. */
const TOLD_WITHIN_MS = 1_500;
/** Kubernetes rounds times down to whole seconds. */
const SECOND_MS = 1_000;

export function podLives(recording: Recording, course: Course): PodLife[] {
  const seen = Map.groupBy(
    recording.events.filter((event) => event.type === "pod"),
    ({ uid }) => uid,
  );
  const samples = recording.events.filter((event) => event.type === "machine");
  return course.pods.map((pod) => lifeOf(pod, seen.get(pod.uid) ?? [], { recording, course, samples }));
}

type MachineSample = Extract<Event, { type: "machine" }>;
type Around = { readonly recording: Recording; readonly course: Course; readonly samples: readonly MachineSample[] };

function lifeOf(course: PodCourse, seen: readonly PodEvent[], { recording, course: all, samples }: Around): PodLife {
  const { clock } = all;
  const { settings } = recording.header;
  const shape = seen.find(({ graceSeconds, probes }) => graceSeconds !== undefined || probes !== undefined);
  // The lab's own stacks name these settings; of other pods the recording has what their template says.
  const preStopSeconds = shape ? waitOf(shape) : seconds(settings.preStopSeconds);
  const drainSeconds = seconds(settings.drainSeconds);
  const graceSeconds = shape?.graceSeconds;
  const probes = shape && probesOf(shape, seen);
  const asked = seen.find(({ deletionAtMs }) => deletionAtMs !== undefined);
  const stop = seen.find(
    ({ deletionAtMs, containers }) =>
      deletionAtMs !== undefined && containers.length > 0 && containers.every(({ state }) => state === "terminated"),
  );
  const stopped = stop && stopOf(stop, (ms) => clock.toRecordingMs(ms));
  return {
    name: course.name,
    course,
    fromMs: course.fromMs,
    ...(asked && {
      deletion: deletionOf(asked, clock.toRecordingMs, {
        preStopMs: (preStopSeconds ?? 0) * SECOND_MS,
        drainMs: (drainSeconds ?? 0) * SECOND_MS,
        graceMs: graceSeconds === undefined ? undefined : graceSeconds * SECOND_MS,
        toldLateMs: latenessAt(samples, asked.atMs),
      }),
    }),
    ...(stopped && { stopped }),
    ...(course.deletedMs === undefined ? {} : { goneMs: course.deletedMs }),
    ...(preStopSeconds === undefined ? {} : { preStopSeconds }),
    ...(drainSeconds === undefined ? {} : { drainSeconds }),
    ...(graceSeconds === undefined ? {} : { graceSeconds }),
    ...(probes === undefined ? {} : { probes }),
  };
}

/** How late an event of an instant may be by the sample of that time; 0 where this machine was not sampled. */
function latenessAt(samples: readonly MachineSample[], atMs: number): number {
  const around = samples.find((sample) => atMs <= sample.atMs && atMs >= sample.atMs - sample.overMs);
  return (around?.timersLateMs ?? 0) + (around?.apiServerMs ?? 0);
}

/** Recordings of earlier versions tell only of the probes that all containers have: of one container that is the same. */
function probesOf({ probes, probesOfAny }: PodEvent, seen: readonly PodEvent[]): readonly string[] | undefined {
  return probesOfAny ?? (seen.every(({ containers }) => containers.length <= 1) ? probes : undefined);
}

const waitOf = ({ preStopSeconds, preStopHook }: PodEvent): number | undefined =>
  preStopSeconds ?? (preStopHook ? undefined : 0);

const seconds = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/**
 * When a pod's deletion was asked for, and what follows from it. The API server rounds down: `deletionAtMs` 10:00:07 means some
 * instant of 7.0..8.0 s. An event of it at 7.3 s makes that 7.3 s at the latest; one that a slow watch tells at 9.1 s, 8.0 s.
 */
function deletionOf(
  { deletionAtMs = 0, atMs, id }: PodEvent,
  toRecordingMs: (wallMs: number) => number,
  {
    preStopMs,
    drainMs,
    graceMs,
    toldLateMs,
  }: { preStopMs: number; drainMs: number; graceMs: number | undefined; toldLateMs: number },
): NonNullable<PodLife["deletion"]> {
  const at = Math.min(atMs, toRecordingMs(deletionAtMs) + SECOND_MS);
  return {
    atMs: at,
    eventId: id,
    // The API server's second bounds it as well.
    toldLateMs: Math.max(0, Math.min(toldLateMs, at - toRecordingMs(deletionAtMs))),
    stopMs: at + preStopMs,
    closedMs: at + preStopMs + drainMs,
    ...(graceMs === undefined ? {} : { killMs: at + graceMs }),
  };
}

function stopOf({ containers, atMs, id }: PodEvent, toRecordingMs: (wallMs: number) => number): ContainerStop {
  const finished = containers.flatMap(({ finishedAtMs }) =>
    finishedAtMs === undefined ? [] : [toRecordingMs(finishedAtMs)],
  );
  const latest = finished.length > 0 ? Math.max(...finished) : undefined;
  const exitCode = containers.map((one) => one.exitCode).find((code) => code !== undefined && code !== 0);
  return {
    fromMs: latest ?? atMs - TOLD_WITHIN_MS,
    untilMs: latest === undefined ? atMs : Math.min(atMs, latest + SECOND_MS),
    eventId: id,
    ...(exitCode === undefined ? {} : { exitCode }),
    killed: containers.some((one) => (one.exitCode ?? (one.reason === "Error" ? 1 : 0)) !== 0),
  };
}
