import type { Clock } from "./clock.ts";
import { compareClocks } from "./clock-compare.ts";
import { pollMetrics } from "./metrics.ts";
import { podBoard } from "./metrics-pods.ts";
import { measureObserver } from "./observer-cost.ts";
import type { Recorder } from "./record.ts";
import { type WatchTarget, watchCluster } from "./watch.ts";
import type { Transport } from "./watch-transport.ts";

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
  const tapped: Recorder = {
    ...recorder,
    record(happening) {
      board.see(happening);
      return recorder.record(happening);
    },
  };
  const { done: watching } = await watchCluster({ transport, target, clock, recorder: tapped, signal });
  const { namespace } = target;
  const polling = pollMetrics({ transport, namespace, port, pods: board.started, clock, recorder, signal });
  const measuring = measureObserver(recorder, clock, signal);
  const compare = () =>
    compareClocks(transport, clock).then(recorder.record, (error: Error) =>
      // Without a comparison host and cluster are taken to share one clock: worth a word, not an end.
      recorder.record({ type: "engine", kind: "diagnostic", severity: "warning", message: `clocks: ${error.message}` }),
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
    },
  };
}
