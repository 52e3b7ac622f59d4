import type { Gap, MachineMeasured, RequestDone } from "../../../observer/events.ts";
import { STARTED_WALL_MS, type Timed } from "./synthetic.ts";

/** A gap in which a source reported nothing. */
export const gap = (source: Gap["source"], fromMs = 20_000, untilMs = 22_000): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "410 Gone" },
];

/** A time in which the load itself was stopped. */
export const heldUp = (fromMs: number, untilMs: number): Timed => [
  untilMs,
  { type: "gap", source: "load", fromMs, untilMs, why: "the sender was held up for 2.0 s" },
];

/** A gap in which a source's events came late, maybe in another order than that in which they happened. */
export const lateGap = (source: Gap["source"], fromMs: number, untilMs: number): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "no answer within 2 s", toldLate: true },
];

/** A request that was sent at `sentMs` and took 5 ms, with the fields of `told`. */
export const request = (sentMs: number, told: Partial<RequestDone>): Timed => [
  sentMs + 5,
  { type: "request", dueMs: sentMs, sentMs, latencyMs: 5, connection: "fresh", ...told },
];

/** A Kubernetes event of the kubelet about a pod. */
export const kubelet = (atMs: number, reason: string, pod: string, message = reason): Timed => [
  atMs,
  {
    type: "kubernetes-event",
    reason,
    message,
    severity: "Normal",
    count: 1,
    about: `Pod/${pod}`,
    firstAtMs: STARTED_WALL_MS + Math.floor(atMs / 1000) * 1000,
    lastAtMs: STARTED_WALL_MS + Math.floor(atMs / 1000) * 1000,
  },
];

/** The fields of a good answer of v2. */
export const answer = { status: 200, release: "v2", correct: true } as const;

/** A sample of 2 s of a machine with 2 cores, of which others took `others`; undefined: it cannot tell whose processes run. */
export const machine = (atMs: number, others: number | undefined, more: Partial<MachineMeasured> = {}): Timed => [
  atMs,
  {
    type: "machine",
    overMs: 2000,
    cores: 2,
    busyCores: 2,
    ...(others !== undefined && { owners: { stack: 0.1, cluster: 0.1, observer: 0.1, others } }),
    timersLateMs: 3,
    apiServerMs: 8,
    ...more,
  },
];

/** Samples of the whole step `change`. */
export const machines = (others: number | undefined, more: Partial<MachineMeasured> = {}): Timed[] =>
  Array.from({ length: 12 }, (_, index) => machine(14_000 + index * 2000, others, more));

/** Samples of 10 s of a node with 2 cores in the whole step `change`. */
export const nodes = (node: string, others: number, busyCores = 2): Timed[] =>
  [24_000, 34_000].map((atMs) => [
    atMs,
    { type: "node", node, overMs: 10_000, cores: 2, busyCores, owners: { stack: 0.1, cluster: 0.1, others } },
  ]);

/** Requests that fail with status 503, one each 10 ms from `fromMs` on. */
export const failing = (number: number, fromMs = 20_001): Timed[] =>
  Array.from({ length: number }, (_, index) => request(fromMs + index * 10, { status: 503 }));

/** Requests that time out, one each 10 ms from `fromMs` on, each after 5 s. */
export const timingOut = (number: number, fromMs = 20_001): Timed[] =>
  Array.from({ length: number }, (_, index) => request(fromMs + index * 10, { error: "timeout", latencyMs: 5000 }));
