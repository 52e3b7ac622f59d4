import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../clock.ts";
import type { Recorder } from "../recording/recorder.ts";

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
