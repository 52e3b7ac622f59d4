import type { ContainerState } from "../../../observer/event-details.ts";
import type { Event, Happening, PodSeen, Recording, RecordingHeader } from "../../../observer/events.ts";
import { numbers } from "../../support/random.ts";
import type { SyntheticPod, SyntheticRecording } from "./synthetic-types.ts";

/** Start of synthetic recordings. */
export const STARTED_WALL_MS = Date.UTC(2026, 2, 14, 9, 30, 0);

/** A happening, and its time on the recording's clock. */
export type Timed = readonly [atMs: number, happening: Happening];

/** Makes a recording from its pods, steps and load. Watch events, endpoints and requests follow from the lives of the pods. */
export function synthesize(told: SyntheticRecording): Recording {
  const timed: Timed[] = [
    ...(told.extra ?? []),
    ...told.pods.flatMap((pod) => podEvents(pod)),
    ...endpointEvents(told.pods),
    ...stepEvents(told),
    ...requestEvents(told),
  ];
  const events = timed
    .toSorted(([left], [right]) => left - right)
    .map(([atMs, happening], index): Event => ({ id: index + 1, atMs, wallMs: STARTED_WALL_MS + atMs, ...happening }));
  return { header: header(told), events };
}

function header(told: SyntheticRecording): RecordingHeader {
  return {
    type: "header",
    format: 1,
    experiment: told.experiment,
    title: told.title,
    question: told.question,
    stack: told.experiment,
    startedWallMs: STARTED_WALL_MS,
    settings: told.settings ?? {},
    steps: told.steps.map((step) => ({ id: step.id, title: step.title, kind: "up", config: {} })),
    hypotheses: told.hypotheses ?? [],
    ratePerSecond: told.ratePerSecond,
    versions: { lab: "0.1.0", node: "24.21.0", kubernetes: "v1.33.13", pulumi: "3.250.0" },
    machine: "2 cores, 24 GiB, Linux 6.18",
  };
}

function stepEvents(told: SyntheticRecording): Timed[] {
  return told.steps.flatMap((step): Timed[] => [
    [step.fromMs, { type: "step-started", step: step.id, title: step.title, releases: step.releases }],
    ...(step.plans
      ? [[step.fromMs, { type: "plan", step: step.id, plans: step.plans, diff: step.diff ?? "" }] satisfies Timed]
      : []),
    ...(step.untilMs === undefined
      ? []
      : [
          [
            step.untilMs,
            {
              type: "step-ended",
              step: step.id,
              outcome: step.outcome ?? "succeeded",
              operationMs: step.operationMs,
              ...(step.message === undefined ? {} : { message: step.message }),
            },
          ] satisfies Timed,
        ]),
  ]);
}

function podEvents(pod: SyntheticPod): Timed[] {
  const moments = new Set<number>([pod.createdMs]);
  for (const run of pod.runs)
    for (const atMs of [run.startedMs, run.readyMs, run.endedMs]) atMs !== undefined && moments.add(atMs);
  for (const [fromMs, untilMs] of pod.unready ?? []) moments.add(fromMs).add(untilMs);
  if (pod.deletionMs !== undefined) moments.add(pod.deletionMs);
  if (pod.goneMs !== undefined) moments.add(pod.goneMs);
  return [...moments]
    .toSorted((left, right) => left - right)
    .map((atMs, index): Timed => [Math.max(0, atMs), podSeen(pod, atMs, index)]);
}

function podSeen(pod: SyntheticPod, atMs: number, index: number): PodSeen {
  const ready = isReadyAt(pod, atMs);
  const change = atMs === pod.goneMs ? "deleted" : index > 0 ? "modified" : pod.createdMs < 0 ? "listed" : "added";
  const readyMs = pod.runs.findLast((run) => run.readyMs !== undefined && run.readyMs <= atMs)?.readyMs;
  return {
    type: "pod",
    change,
    name: pod.name,
    uid: `${pod.name}-${pod.createdMs}`,
    resourceVersion: String(1000 + Math.round(atMs)),
    release: pod.release,
    image: `online-inference:${pod.release}-0a1b2c`,
    node: "minikube",
    phase: pod.runs.some((run) => run.startedMs <= atMs) ? "Running" : "Pending",
    qosClass: "Burstable",
    createdAtMs: wholeSecond(pod.createdMs),
    ...(pod.deletionMs !== undefined && pod.deletionMs <= atMs ? { deletionAtMs: wholeSecond(pod.deletionMs) } : {}),
    ready,
    ...(ready && readyMs !== undefined ? { readyAtMs: wholeSecond(readyMs) } : {}),
    containers: [containerState(pod, atMs, ready)],
  };
}

function containerState(pod: SyntheticPod, atMs: number, ready: boolean): ContainerState {
  const started = pod.runs.filter((run) => run.startedMs <= atMs);
  const run = started.at(-1);
  const ended = started.findLast((one) => one.endedMs !== undefined && one.endedMs <= atMs);
  const running = run !== undefined && (run.endedMs === undefined || run.endedMs > atMs);
  return {
    name: "service",
    ready,
    started: run?.readyMs !== undefined && run.readyMs <= atMs,
    restartCount: Math.max(0, started.length - 1),
    imageId: `sha256:${pod.release}`,
    state: running ? "running" : run ? "waiting" : "waiting",
    ...(running
      ? { startedAtMs: wholeSecond(run.startedMs) }
      : { reason: run ? "CrashLoopBackOff" : "ContainerCreating" }),
    ...(ended
      ? {
          last: {
            reason: ended.reason ?? "Error",
            exitCode: ended.exitCode ?? 1,
            startedAtMs: wholeSecond(ended.startedMs),
            finishedAtMs: wholeSecond(ended.endedMs ?? 0),
          },
        }
      : {}),
  };
}

const wholeSecond = (atMs: number): number => Math.floor((STARTED_WALL_MS + atMs) / 1000) * 1000;

function isReadyAt(pod: SyntheticPod, atMs: number): boolean {
  if (pod.goneMs !== undefined && atMs >= pod.goneMs) return false;
  if ((pod.unready ?? []).some(([fromMs, untilMs]) => fromMs <= atMs && atMs < untilMs)) return false;
  return pod.runs.some(
    (run) => run.readyMs !== undefined && run.readyMs <= atMs && (run.endedMs === undefined || atMs < run.endedMs),
  );
}

const isTerminating = (pod: SyntheticPod, atMs: number): boolean =>
  pod.deletionMs !== undefined && pod.deletionMs <= atMs;

function endpointEvents(pods: readonly SyntheticPod[]): Timed[] {
  const moments = new Set(pods.flatMap((pod) => podEvents(pod).map(([atMs]) => atMs)));
  return [...moments]
    .toSorted((left, right) => left - right)
    .map((atMs, index): Timed => {
      const there = pods.filter((pod) => pod.createdMs <= atMs && (pod.goneMs === undefined || atMs < pod.goneMs));
      const names = (chosen: readonly SyntheticPod[]) => chosen.map((pod) => pod.name);
      return [
        atMs,
        {
          type: "endpoints",
          change: index === 0 ? "listed" : "modified",
          slice: "online-inference-x7k2p",
          resourceVersion: String(2000 + index),
          ready: names(there.filter((pod) => isReadyAt(pod, atMs) && !isTerminating(pod, atMs))),
          notReady: names(there.filter((pod) => !isReadyAt(pod, atMs) && !isTerminating(pod, atMs))),
          terminating: names(there.filter((pod) => isTerminating(pod, atMs))),
        },
      ];
    });
}

function requestEvents(told: SyntheticRecording): Timed[] {
  if (!told.load) return [];
  const random = numbers(told.seed ?? 7);
  const { fromMs, untilMs, keptWith } = told.load;
  const started: Timed = [
    fromMs,
    { type: "load-started", url: "http://127.0.0.1:30055/predict", ratePerSecond: told.ratePerSecond, from: "host" },
  ];
  const count = Math.floor(((untilMs - fromMs) * told.ratePerSecond) / 1000);
  const requests = Array.from({ length: count }, (_, index): Timed => {
    const dueMs = fromMs + (index * 1000) / told.ratePerSecond;
    const connection = index % 2 === 0 ? "fresh" : "kept";
    const serving = told.pods
      .filter((pod) => isReadyAt(pod, dueMs) && !isTerminating(pod, dueMs))
      .filter(({ release }) => connection === "fresh" || (keptWith ?? release) === release);
    const pod = serving[Math.floor(random() * serving.length)];
    const tail = random() < 0.01 ? 25 * random() : 0;
    const latencyMs = round(
      2 + 2.5 * random() + (connection === "fresh" ? 0.8 : 0) + tail + (pod?.slowMs ?? 0) * random(),
    );
    const common = { type: "request", dueMs, sentMs: dueMs + 0.2, connection } as const;
    if (!pod)
      return [dueMs + 1, { ...common, latencyMs: 1, error: connection === "fresh" ? "ECONNREFUSED" : "ECONNRESET" }];
    const answered = { status: 200, release: pod.release, pod: pod.name, correct: true, difference: 2e-8 } as const;
    return [dueMs + latencyMs, { ...common, latencyMs, ...answered }];
  });
  const ended: Timed[] = told.load.endless ? [] : [[untilMs + 60, { type: "load-ended", sent: count }]];
  return [started, ...requests, ...ended];
}

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;
