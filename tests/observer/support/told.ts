import type { Gap, RequestDone } from "../../../observer/events.ts";
import { STARTED_WALL_MS, type Timed } from "./synthetic.ts";

/** Nothing was seen of a source for a while. */
export const gap = (source: Gap["source"], fromMs = 20_000, untilMs = 22_000): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "410 Gone" },
];

/** What a source told within a while was late, or in another order than it happened. */
export const lateGap = (source: Gap["source"], fromMs: number, untilMs: number): Timed => [
  untilMs,
  { type: "gap", source, fromMs, untilMs, why: "no answer within 2 s", toldLate: true },
];

/** A request that was sent at an instant, a good one but for what is told. */
export const request = (sentMs: number, told: Partial<RequestDone>): Timed => [
  sentMs + 5,
  { type: "request", dueMs: sentMs, sentMs, latencyMs: 5, connection: "fresh", ...told },
];

/** What the kubelet tells of a pod. */
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

/** A good answer of v2. */
export const answer = { status: 200, release: "v2", correct: true } as const;
