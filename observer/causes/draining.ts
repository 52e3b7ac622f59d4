import type { Course } from "../course/course.ts";
import type { Recording } from "../events.ts";
import { greatest } from "../statistics.ts";
import { count, duration } from "../words.ts";
import type { Causes } from "./causes-of.ts";
import { GONE_WAYS } from "./kinds/gone-address.ts";
import { type PodLife, podLives } from "./pod-lives.ts";

/*
 * What draining needs, measured. A pod that is deleted gets new connections until every node has heard of it, and requests on
 * kept ones until it closes them. Its wait before SIGTERM must be longer than the first of the two; the rest is draining's. Pods
 * count that went while another one was ready, and whose answers name them: with nothing else left, nodes send to terminating
 * pods all the while, and no wait is long enough.
 *
 * Example: pod a is deleted at 10.0 s and its endpoint is no more ready at 10.1 s. It answers fresh requests of 10.2 s and 10.5 s,
 * and kept ones until 15.3 s. The last new connection came 0.5 s after the deletion: a wait of 2 s would do, where it has 5 s.
 */

/** What recordings show of how long pods are sent to after their deletion. Times are in ms, each the longest of all pods. */
export type Draining = {
  /** Number of pods that were measured. */
  readonly pods: number;
  /** From a pod's deletion to the last request on a fresh connection that it answered, or that was refused by it. */
  readonly lastNewMs: number;
  /** The same on kept connections; absent where none came after the deletion. */
  readonly lastKeptMs?: number;
  /** From a pod's deletion to the endpoints without it; absent where they were not seen. */
  readonly endpointLagMs?: number;
  /** Time between two fresh requests: `lastNewMs` may be so much too short, for each pod that shares them. */
  readonly everyMs: number;
  readonly preStopSeconds?: number;
  /** The wait before SIGTERM that would do, in whole seconds. */
  readonly neededSeconds: number;
  readonly sentence: string;
  /** Ids of the deletions. */
  readonly evidence: readonly number[];
};

/** What a wait should have to spare beside the time between two requests, because another day may be slower. */
const SPARE_MS = 500;
/** A pod must have answered so many fresh requests: one that got hardly any shows nothing. */
const LEAST_ANSWERS = 5;

/** The refusals of a pod: when each request was sent that it refused after it had closed its port. */
export type Refusals = ReadonlyMap<string, readonly number[]>;

/**
 * What causes say of refusals: the pods that had closed their ports. What connection tracking leads to a pod that is gone tells nothing
 * of when nodes knew.
 */
export const refusalsOf = ({ requests }: Causes): Refusals =>
  new Map(
    [
      ...Map.groupBy(requests, ({ cause, way, pod }) =>
        cause === "port-closed" && way !== GONE_WAYS.here ? pod : undefined,
      ),
    ].flatMap(([pod, refused]) => (pod === undefined ? [] : [[pod, refused.map(({ sentMs }) => sentMs)] as const])),
  );

/** Measures it; undefined where no pod went that could be measured. */
export function drainingOf(recording: Recording, course: Course, refusals: Refusals = new Map()): Draining | undefined {
  const lives = podLives(recording, course);
  const measured = lives.flatMap((life) => measure(life, lives, course, refusals) ?? []);
  if (measured.length === 0) return undefined;
  const most = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  const lastNewMs = most(measured.map((one) => one.lastNewMs)) ?? 0;
  const lastKeptMs = most(measured.map((one) => one.lastKeptMs));
  const endpointLagMs = most(measured.map((one) => one.endpointLagMs));
  const preStopSeconds = most(measured.map(({ life }) => life.preStopSeconds));
  // Half of the requests are on fresh connections.
  const everyMs = 2000 / recording.header.ratePerSecond;
  const neededSeconds = Math.ceil((lastNewMs + everyMs + SPARE_MS) / 1000);
  const had = preStopSeconds === undefined ? "" : `; preStop is ${preStopSeconds} s`;
  const verdict =
    preStopSeconds === undefined || preStopSeconds > neededSeconds
      ? `${had === "" ? "; " : ", "}${neededSeconds} s would do`
      : preStopSeconds < neededSeconds
        ? `, ${neededSeconds} s are needed`
        : ", which is enough";
  return {
    pods: measured.length,
    lastNewMs,
    ...(lastKeptMs === undefined ? {} : { lastKeptMs }),
    ...(endpointLagMs === undefined ? {} : { endpointLagMs }),
    everyMs,
    ...(preStopSeconds === undefined ? {} : { preStopSeconds }),
    neededSeconds,
    sentence:
      `last new connection ${duration(lastNewMs)} after deletion${had}${verdict}; ` +
      [
        endpointLagMs === undefined ? "" : `endpoints followed within ${duration(endpointLagMs)}`,
        lastKeptMs === undefined ? "" : `kept connections went on for ${duration(lastKeptMs)}`,
        `measured on ${count(measured.length, "pod")}, a new connection every ${duration(everyMs)}`,
      ]
        .filter(Boolean)
        .join(", "),
    evidence: measured.flatMap(({ life }) => (life.deletion ? [life.deletion.eventId] : [])),
  };
}

type Measured = {
  readonly life: PodLife;
  readonly lastNewMs: number;
  readonly lastKeptMs?: number;
  readonly endpointLagMs?: number;
};

function measure(life: PodLife, lives: readonly PodLife[], course: Course, refusals: Refusals): Measured | undefined {
  const { deletion, name } = life;
  if (!deletion) return undefined;
  const untilMs = life.goneMs ?? course.endMs;
  // A bare pod's successor has its name: answers then do not tell the two apart.
  if (lives.some((other) => other !== life && other.name === name)) return undefined;
  const around = course.endpoints.filter((span) => span.untilMs > deletion.atMs && span.fromMs < untilMs);
  if (around.length === 0 || around.some(({ ready }) => ready.every((other) => other === name))) return undefined;
  const answers = course.requests.filter(({ failed, pod }) => !failed && pod === name);
  const fresh = answers.filter(({ connection }) => connection === "fresh").map(({ sentMs }) => sentMs);
  if (fresh.length < LEAST_ANSWERS) return undefined;
  const kept = answers.filter(({ connection }) => connection === "kept").map(({ sentMs }) => sentMs);
  const lastNewMs = greatest([...fresh, ...(refusals.get(name) ?? [])]) - deletion.atMs;
  const lastKeptMs = greatest(kept) - deletion.atMs;
  const left = around.find(({ ready }) => !ready.includes(name));
  return {
    life,
    lastNewMs: Math.max(0, lastNewMs),
    ...(lastKeptMs > 0 && { lastKeptMs }),
    ...(left && { endpointLagMs: Math.max(0, left.fromMs - deletion.atMs) }),
  };
}
