import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { ClockCompared } from "../events.ts";
import { compareClocks } from "../recording/clocks.ts";
import { type Recorder, tap } from "../recording/recorder.ts";
import { duration } from "../words.ts";
import { type WatchTarget, watchCluster } from "./cluster.ts";
import { podBoard, pollMetrics } from "./metrics.ts";

/** What the observer looks at and with. */
export type ObserverOptions = {
  readonly transport: Transport;
  readonly target: WatchTarget;
  /** Port of the containers, under which their metrics are. */
  readonly port: number;
  readonly recorder: Recorder;
  readonly clock: Clock;
};

/** Sources that record until they are stopped. */
export type Observer = {
  /** Ends all sources; unless it is in a hurry, the clocks are compared once more before that, which takes seconds. */
  readonly stop: (how: { readonly inAHurry: boolean }) => Promise<void>;
};

/**
 * Starts every source but load and Pulumi: the cluster's objects, the containers' figures, the clocks, the observer's own cost.
 * @throws {ApiError} when the cluster refuses to be watched.
 */
export async function startObserver({ transport, target, port, recorder, clock }: ObserverOptions): Promise<Observer> {
  const controller = new AbortController();
  const { signal } = controller;
  const board = podBoard();
  const tapped = tap(recorder, board.see);
  const { done: watching } = await watchCluster({ transport, target, clock, recorder: tapped, signal });
  const { namespace } = target;
  const polling = pollMetrics({ transport, namespace, port, pods: board.started, clock, recorder, signal });
  const measuring = measureObserver(recorder, clock, signal);
  const compared: ClockCompared[] = [];
  let trouble = "there was no time to compare it";
  const compare = () =>
    compareClocks(transport, clock).then(
      (one) => {
        compared.push(one);
        recorder.record(one);
      },
      ({ message }: Error) => {
        trouble = message;
        recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message: `clocks: ${message}` });
      },
    );
  const first = compare();
  return {
    async stop({ inAHurry }) {
      if (!inAHurry) {
        await first;
        await compare();
      }
      controller.abort();
      await Promise.all([watching, polling, measuring]);
      const why = compared.length === 0 ? trouble : whyUnknown(compared);
      const untilMs = recorder.nowMs();
      if (why) recorder.record({ type: "gap", source: "clock", fromMs: 0, untilMs, why, toldLate: true });
    },
  };
}

/** Clocks run apart by less than this in an observation, unless one was set or this machine slept. */
const TOLERATED_DRIFT_MS = 1_000;

/** Why comparisons do not tell one difference of the clocks; undefined where they do. */
function whyUnknown(compared: readonly ClockCompared[]): string | undefined {
  const least = Math.max(...compared.map(({ offsetMs, uncertaintyMs }) => offsetMs - uncertaintyMs));
  const most = Math.min(...compared.map(({ offsetMs, uncertaintyMs }) => offsetMs + uncertaintyMs));
  const apartMs = least - most;
  return apartMs > TOLERATED_DRIFT_MS ? `it moved by ${duration(apartMs)} against this machine's` : undefined;
}

const MEASURE_EVERY_MS = 5_000;

const DELAY_RESOLUTION_MS = 20;

/** Records what observing itself costs, every few seconds and once at the end, until the signal is aborted. */
export async function measureObserver(
  recorder: Pick<Recorder, "record">,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  const start = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const measure = () => {
    const { user, system } = process.cpuUsage(start);
    recorder.record({
      type: "observer",
      cpuSeconds: (user + system) / 1e6,
      rssBytes: process.memoryUsage.rss(),
      // The histogram holds whole waits: what a timer waits anyway is no delay.
      eventLoopP99Ms: Math.max(0, delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS),
    });
  };
  while (!signal.aborted) {
    await clock.sleep(MEASURE_EVERY_MS, signal);
    measure();
  }
  delay.disable();
}
