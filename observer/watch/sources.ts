import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { ClockCompared } from "../events.ts";
import { compareClocks } from "../recording/clocks.ts";
import { type Recorder, tap } from "../recording/recorder.ts";
import { duration } from "../words.ts";
import { type WatchTarget, watchCluster } from "./cluster.ts";
import { sampleMachine, thisMachine } from "./machine-samples.ts";
import { podBoard, pollMetrics } from "./metrics.ts";
import { sampleNodes } from "./node-samples.ts";
import { ownPods } from "./own-pods.ts";

export type ObserverOptions = {
  readonly transport: Transport;
  readonly target: WatchTarget;
  /** Container port under which the lab's own service answers /metrics; absent for pods of others, which are not asked. */
  readonly port?: number;
  readonly recorder: Recorder;
  readonly clock: Clock;
};

/** The running sources of a recording. */
export type Observer = {
  /** Ends all sources. Before that it compares the clocks once more, which takes seconds, unless it is in a hurry. */
  readonly stop: (how: { readonly inAHurry: boolean }) => Promise<void>;
};

/**
 * Starts every source except load and Pulumi: the cluster's objects, the containers' figures, the comparison of the clocks, what
 * the machine does and the observer's own cost. Where it rejects, none of them runs on.
 * @throws {ApiError} when the API server refuses a first list.
 */
export async function startObserver({ transport, target, port, recorder, clock }: ObserverOptions): Promise<Observer> {
  const controller = new AbortController();
  const { signal } = controller;
  const board = podBoard();
  const { namespace } = target;
  const own = ownPods(target);
  const sampling = sampleMachine({ transport, own, machine: thisMachine(), clock, recorder, signal });
  const isShown = sampling.showsOwners;
  const nodes = sampleNodes({ transport, own, isShown, clock, recorder, signal });
  const tapped = tap(recorder, (happening) => {
    board.see(happening);
    own.see(happening);
    nodes.see(happening);
  });
  const { done: watching } = await watchCluster({ transport, target, clock, recorder: tapped, signal }).catch(
    async (error: unknown) => {
      controller.abort();
      await Promise.all([sampling.done, nodes.done]);
      throw error;
    },
  );
  const polling =
    port === undefined
      ? Promise.resolve()
      : pollMetrics({ transport, namespace, port, pods: board.started, clock, recorder, signal });
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
      await Promise.all([watching, polling, measuring, sampling.done, nodes.done]);
      const why = compared.length === 0 ? trouble : whyUnknown(compared);
      const untilMs = recorder.nowMs();
      if (why) recorder.record({ type: "gap", source: "clock", fromMs: 0, untilMs, why, toldLate: true });
    },
  };
}

/** Two clocks drift apart by less than this during an observation, unless one was set or this machine slept. */
const TOLERATED_DRIFT_MS = 1_000;

/**
 * Why the comparisons do not agree on one offset; undefined where they do. Comparisons of 40 ± 10 ms and 55 ± 10 ms agree,
 * because 45 to 50 ms lies in both ranges. At 40 ± 10 ms and 3,000 ± 10 ms the ranges are 2,940 ms apart: a clock was set.
 */
function whyUnknown(compared: readonly ClockCompared[]): string | undefined {
  const least = Math.max(...compared.map(({ offsetMs, uncertaintyMs }) => offsetMs - uncertaintyMs));
  const most = Math.min(...compared.map(({ offsetMs, uncertaintyMs }) => offsetMs + uncertaintyMs));
  const apartMs = least - most;
  return apartMs > TOLERATED_DRIFT_MS ? `it moved by ${duration(apartMs)} against this machine's` : undefined;
}

const MEASURE_EVERY_MS = 5_000;

/** Each wake of this timer costs CPU: ten a second are enough for a percentile of the whole observation. */
const DELAY_RESOLUTION_MS = 100;

/** Records this process's CPU time, memory and event-loop delay every 5 s until the signal is aborted, and once more then. */
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
      // The histogram holds the timer's whole wait: subtract the wait that was asked for.
      eventLoopP99Ms: Math.max(0, delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS),
    });
  };
  while (!signal.aborted) {
    await clock.sleep(MEASURE_EVERY_MS, signal);
    measure();
  }
  delay.disable();
}
