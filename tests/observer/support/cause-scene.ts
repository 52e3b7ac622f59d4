import { type Causes, causesOf, type RequestCause } from "../../../observer/causes/causes-of.ts";
import type { StarvedSpan } from "../../../observer/causes/scene.ts";
import { courseOf } from "../../../observer/course/course.ts";
import type { Happening, PodSeen, Recording, RequestDone } from "../../../observer/events.ts";
import { recordingOf } from "./recording-of.ts";
import { STARTED_WALL_MS } from "./synthetic.ts";

/** A happening, and its time on the recording's clock. */
export type Timed = readonly [atMs: number, happening: Happening];

type Container = PodSeen["containers"][number];

const RUNNING: Container = {
  name: "server",
  ready: true,
  started: true,
  restartCount: 0,
  imageId: "sha256:1",
  state: "running",
};

/** One sight of a pod that runs and is Ready, unless `differs` says otherwise. */
export const pod = (name: string, differs: Partial<PodSeen> = {}): PodSeen => ({
  type: "pod",
  change: "modified",
  name,
  uid: `uid-${name}`,
  resourceVersion: "1",
  release: "v1",
  image: "server:v1",
  phase: "Running",
  createdAtMs: STARTED_WALL_MS,
  ready: true,
  containers: [RUNNING],
  ...differs,
});

export const container = (differs: Partial<Container>): Container => ({ ...RUNNING, ready: false, ...differs });

/** Ms since the epoch of an instant of the recording. */
export const wall = (atMs: number): number => STARTED_WALL_MS + atMs;

/** A pod that is asked to go at `atMs`; the API server writes whole seconds. */
export const going = (name: string, atMs: number, differs: Partial<PodSeen> = {}): PodSeen =>
  pod(name, { deletionAtMs: Math.floor(wall(atMs) / 1000) * 1000, ...differs });

export const endpoints = (
  ready: readonly string[],
  terminating: readonly string[] = [],
  notReady: readonly string[] = [],
): Happening => ({
  type: "endpoints",
  change: "modified",
  slice: "s",
  resourceVersion: "1",
  ready,
  notReady,
  terminating,
});

/** A request of `sentMs` that took `lifeMs`; fresh, and answered by nobody unless `differs` says otherwise. */
export const request = (sentMs: number, lifeMs: number, differs: Partial<RequestDone>): Timed => [
  sentMs + lifeMs,
  { type: "request", dueMs: sentMs, sentMs, latencyMs: lifeMs, connection: "fresh", ...differs },
];

export const good = (sentMs: number, name: string, differs: Partial<RequestDone> = {}): Timed =>
  request(sentMs, 5, { status: 200, release: "v1", pod: name, correct: true, ...differs });

export const probeEvent = (reason: string, name: string, message: string): Happening => ({
  type: "kubernetes-event",
  reason,
  message,
  severity: "Warning",
  count: 1,
  about: `Pod/${name}`,
  firstAtMs: 0,
  lastAtMs: 0,
});

/** The recording of happenings in the order of their times, under settings. */
export function told(timed: readonly Timed[], settings: Readonly<Record<string, unknown>> = {}): Recording {
  const { header, events } = recordingOf(timed.toSorted(([one], [other]) => one - other));
  return { header: { ...header, settings, ratePerSecond: 100 }, events };
}

export const causes = (recording: Recording, starved?: readonly StarvedSpan[]): Causes =>
  causesOf(recording, courseOf(recording), starved);

/** The cause of the only failed request of a recording. */
export function only(recording: Recording, starved?: readonly StarvedSpan[]): RequestCause {
  const { requests } = causes(recording, starved);
  const [one, ...more] = requests;
  if (!one || more.length > 0) throw new Error(`${requests.length} requests failed`);
  return one;
}
