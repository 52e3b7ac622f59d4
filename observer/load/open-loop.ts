import { UserError } from "../../common/user-error.ts";
import { type Clock, roundedMs } from "../clock.ts";
import type { LoadStarted } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";
import { safeUrl } from "../request/redaction.ts";
import type { Connection, Sender } from "./client.ts";
import { bodiesOf, type Exchange, judge } from "./exchange.ts";

/*
 * Open-loop load: request i is due at start + i / rate, and no slow or failed answer moves that time. Even requests use a fresh
 * connection, odd ones a kept connection. An example with 100 requests per second, and times in ms since the start:
 *
 *   request   due     what happens                                      what is recorded
 *      0        0     sent at 0, answered at 8                          latency 8
 *      1       10     sent at 10, answered at 24                        latency 14
 *      2       20     sent at 20, before request 1 is answered; answered
 *                     at 25                                             latency 5
 *                     from 26 to 1,500 this process gets no CPU
 *   3 to 49   30 …    more than 1,000 late: not sent                    a gap from 30 to 1,500
 *     50      500     sent at 1,500, 1,000 late; answered at 1,506      latency 1,006: lateness counts as latency
 *
 * A request that is due while `maxInFlight` others are under way is not sent either. A gap lasts from the time the first unsent
 * request was due until the next request is sent.
 */

/** Highest number of requests per second; a higher rate would load the machine, not the service. */
export const MAX_RATE_PER_SECOND = 1_000;
/** Load ends by itself after this time, in case nobody stops it, unless its bound is another. */
export const MAX_DURATION_MS = 2 * 3_600_000;
/** Highest number of requests under way. A request that is due beyond it is not sent; the time becomes a gap. */
const MAX_IN_FLIGHT = 1_000;
/** A request that is later than this is not sent: after a long pause the late requests would all go out at once. */
const TOLERATED_LATENESS_MS = 1_000;

export type LoadOptions = {
  /** The URL to which the sender sends; it is recorded without what may be secret of it. */
  readonly url: string;
  readonly from: LoadStarted["from"];
  readonly ratePerSecond: number;
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly maxInFlight?: number;
  /** How long load lasts at most; MAX_DURATION_MS unless it is given. */
  readonly longestMs?: number;
};

export type Load = {
  /** Sends nothing more, waits for the requests under way, and resolves with the number of requests sent. */
  readonly stop: () => Promise<number>;
};

/**
 * Checks that a rate is more than 0 and at most MAX_RATE_PER_SECOND.
 * @throws {UserError} that says what is allowed.
 */
export function requireRate(rate: number): void {
  if (Number.isFinite(rate) && rate > 0 && rate <= MAX_RATE_PER_SECOND) return;
  throw new UserError(
    `rate: got ${rate}, allowed: more than 0 and at most ${MAX_RATE_PER_SECOND} requests per second. Set another: --rate 100`,
  );
}

/**
 * Sends requests at a fixed rate, whether or not earlier ones were answered (open loop), and records each when it is over.
 * Latency counts from the time a request was due, so a late sender cannot hide a delay.
 * @throws {UserError} when the rate is out of range.
 */
export function startLoad(options: LoadOptions): Load {
  const { url, from, ratePerSecond, exchange, sender, clock, recorder } = options;
  const { maxInFlight = MAX_IN_FLIGHT, longestMs = MAX_DURATION_MS } = options;
  requireRate(ratePerSecond);
  const controller = new AbortController();
  const underWay = new Set<Promise<void>>();
  const intervalMs = 1000 / ratePerSecond;
  let sent = 0;
  let heldBack: { readonly sinceMs: number; readonly why: string } | undefined;
  recorder.record({ type: "load-started", url: safeUrl(url), ratePerSecond, from });
  const bodyAt = bodiesOf(exchange);
  const startMs = clock.monotonicMs();
  const toRecordingMs = recorder.nowMs() - startMs;
  const sending = keepSending();

  async function keepSending(): Promise<void> {
    for (let index = 0; !controller.signal.aborted; index += 1) {
      const dueMs = startMs + index * intervalMs;
      if (dueMs - startMs > longestMs) {
        heldBack ??= {
          sinceMs: dueMs,
          why: `load ends by itself after ${Number((longestMs / 3_600_000).toFixed(1))} h`,
        };
        return;
      }
      const waitMs = dueMs - clock.monotonicMs();
      if (waitMs > 0) await clock.sleep(waitMs, controller.signal);
      if (controller.signal.aborted) return;
      const why = hindrance(clock.monotonicMs() - dueMs);
      if (why !== undefined) heldBack ??= { sinceMs: dueMs, why };
      else {
        closeGap();
        send(index, dueMs);
      }
    }
  }

  function hindrance(lateMs: number): string | undefined {
    if (lateMs > TOLERATED_LATENESS_MS) return `the sender was held up for ${(lateMs / 1000).toFixed(1)} s`;
    return underWay.size >= maxInFlight ? `${maxInFlight} requests were under way, so none was sent` : undefined;
  }

  function send(index: number, dueMs: number): void {
    const connection: Connection = index % 2 === 0 ? "fresh" : "kept";
    const sentMs = clock.monotonicMs();
    sent += 1;
    const flight = sender.send(connection, bodyAt(index)).then((outcome) => {
      underWay.delete(flight);
      recorder.record({
        type: "request",
        dueMs: roundedMs(dueMs + toRecordingMs),
        sentMs: roundedMs(sentMs + toRecordingMs),
        // A timer may fire a fraction of a millisecond early: the request is then sent before it is due.
        latencyMs: roundedMs(clock.monotonicMs() - Math.min(dueMs, sentMs)),
        connection,
        ...judge(exchange, index, outcome),
        ...outcome.way,
      });
    });
    underWay.add(flight);
  }

  function closeGap(): void {
    if (!heldBack) return;
    const fromMs = roundedMs(heldBack.sinceMs + toRecordingMs);
    recorder.record({ type: "gap", source: "load", fromMs, untilMs: recorder.nowMs(), why: heldBack.why });
    heldBack = undefined;
  }

  async function end(): Promise<number> {
    controller.abort();
    await sending;
    await Promise.all(underWay);
    closeGap();
    await sender.close();
    recorder.record({ type: "load-ended", sent });
    return sent;
  }

  let ending: Promise<number> | undefined;
  return {
    stop: () => {
      ending ??= end();
      return ending;
    },
  };
}
