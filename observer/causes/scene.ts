import type { Course, EndpointSpan, Request } from "../course/course.ts";
import { endOf } from "../course/requests.ts";
import type { Span } from "../course/span.ts";
import type { Event, Recording } from "../events.ts";
import { type Failure, failuresOf, isOnNewConnection } from "./failures.ts";
import { type PodLife, podLives } from "./pod-lives.ts";
import { type Probing, probings } from "./probings.ts";
import { type Silence, silencesOf } from "./silences.ts";

/** A time in which this machine, or a node, gave too little CPU: what failed in it says nothing of the service. */
export type StarvedSpan = Span & { readonly why: string; readonly eventIds: readonly number[] };

type ContainerSample = Extract<Event, { type: "container" }>;

/** Everything that a cause may look at. */
export type Scene = {
  readonly recording: Recording;
  readonly course: Course;
  readonly pods: readonly PodLife[];
  readonly probings: readonly Probing[];
  readonly starvedSpans: readonly StarvedSpan[];
  /** The failed requests, in the order in which they were sent. */
  readonly failures: readonly Failure[];
  /** Of the failed requests on kept connections those that the client gave up, in the order in which it did. */
  readonly keptWaits: readonly Failure[];
  /** By a failure's id: the silence that it was part of. */
  readonly silences: ReadonlyMap<number, Silence>;
  /** Samples of a pod's container, by its name. */
  readonly samplesOf: (pod: string) => readonly ContainerSample[];
  /** Good answers, in the order in which they came. */
  readonly answers: readonly Answer[];
  /** Whether any of them names its pod: where none does, nothing follows from a pod that is named by none. */
  readonly namesPods: boolean;
  /** Good answers by pod's name, in the order in which they came. */
  readonly answersOf: (pod: string) => readonly Answer[];
};

/** When an answered request was sent and over, and whether it opened a connection of its own. */
export type Answer = { readonly sentMs: number; readonly endMs: number; readonly isNew: boolean };

export function sceneOf(recording: Recording, course: Course, starvedSpans: readonly StarvedSpan[]): Scene {
  const good = course.requests.filter(({ failed }) => !failed);
  const named = Map.groupBy(
    good.filter(({ pod }) => pod !== undefined),
    ({ pod }) => pod ?? "",
  );
  const answersByPod = new Map([...named].map(([pod, all]) => [pod, all.map(answerOf)]));
  const samples = Map.groupBy(
    recording.events.filter((event) => event.type === "container"),
    ({ pod }) => pod,
  );
  const failures = failuresOf(course);
  return {
    recording,
    course,
    failures,
    keptWaits: failures
      .filter((one) => one.timedOut && !isOnNewConnection(one))
      .toSorted((one, other) => one.endMs - other.endMs),
    silences: silencesOf(failures),
    pods: podLives(recording, course),
    probings: probings(recording),
    starvedSpans,
    samplesOf: (pod) => samples.get(pod) ?? [],
    answers: good.map(answerOf),
    namesPods: named.size > 0,
    answersOf: (pod) => answersByPod.get(pod) ?? [],
  };
}

const answerOf = (one: Request): Answer => ({
  sentMs: one.sentMs,
  endMs: endOf(one),
  isNew: one.connection === "fresh",
});

/** The endpoints at an instant; undefined before the first event of any. */
export const endpointsAt = ({ course }: Scene, atMs: number): EndpointSpan | undefined =>
  course.endpoints.findLast(({ fromMs }) => fromMs <= atMs);

/** What the endpoints of a span really were at an instant: a pod that is gone counts no more, though its name may be in them yet. */
export function leftAt({ pods }: Scene, span: EndpointSpan, atMs: number): "ready" | "terminating" | "none" {
  if (span.ready.length > 0) return "ready";
  const isThere = (name: string) =>
    pods.some(
      ({ deletion, goneMs = Number.POSITIVE_INFINITY, ...pod }) =>
        pod.name === name && deletion !== undefined && deletion.atMs <= atMs && goneMs > atMs,
    );
  return span.terminating.some(isThere) ? "terminating" : "none";
}

/** The life of the pod that a failure's connection led to before, if it is known. */
export const knownLife = ({ knownPod, endMs }: Failure, { pods }: Scene): PodLife | undefined =>
  knownPod === undefined ? undefined : pods.findLast(({ name, fromMs }) => name === knownPod && fromMs <= endMs);

/** Whether a pod may be the one that failed a request: where the connection's earlier answers name one, it is that one. */
export const maybe = ({ knownPod }: Failure, { name }: PodLife): boolean => knownPod === undefined || knownPod === name;

/** Whether a pod is the only one that could have got a request: its connection named it, or nothing else was in the endpoints. */
export function isCertain(failure: Failure, scene: Scene, { name }: PodLife): boolean {
  if (failure.knownPod !== undefined) return failure.knownPod === name;
  const there = endpointsAt(scene, failure.sentMs);
  return there !== undefined && there.ready.length === 1 && there.ready[0] === name;
}
