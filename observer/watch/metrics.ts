import type { Transport } from "../api-server.ts";
import type { Clock } from "../clock.ts";
import type { ContainerMeasured, Happening, PodSeen } from "../events.ts";
import type { Recorder } from "../recording/recorder.ts";
import { keepLatest } from "./objects.ts";

/** What the service calls its container's figures, and what they are called here. */
const SERIES = {
  container_memory_bytes: "memoryBytes",
  container_memory_limit_bytes: "memoryLimitBytes",
  container_cpu_periods_total: "cpuPeriods",
  container_cpu_throttled_periods_total: "throttledPeriods",
  container_cpu_throttled_seconds_total: "throttledSeconds",
  process_cpu_seconds_total: "cpuSeconds",
} as const;

const LINE = new RegExp(`^(${Object.keys(SERIES).join("|")}) (\\S+)$`, "gm");

/** Reads the container's figures out of Prometheus' text; what is not in it is absent. */
export function containerFigures(text: string): Omit<ContainerMeasured, "type" | "pod"> {
  const figures: Partial<Record<(typeof SERIES)[keyof typeof SERIES], number>> = {};
  for (const [, name, value] of text.matchAll(LINE)) figures[SERIES[name as keyof typeof SERIES]] = Number(value);
  return figures;
}

/** What polling works with. */
export type MetricsOptions = {
  readonly transport: Pick<Transport, "request">;
  readonly namespace: string;
  /** Port of the containers. */
  readonly port: number;
  /** Names of the pods that have started and are not on their way out, as they are now. */
  readonly pods: () => readonly string[];
  readonly clock: Pick<Clock, "sleep">;
  readonly recorder: Pick<Recorder, "nowMs" | "record">;
  readonly signal: AbortSignal;
};

const POLL_EVERY_MS = 1_000;
const POLL_TIMEOUT_MS = 2_000;
/** A pod that does not answer for longer is a gap; a single question may go amiss. */
const TOLERATED_SILENCE_MS = 3_000;

/** Asks every pod for its container's figures once a second, by way of the API server, until the signal is aborted. */
export async function pollMetrics(options: MetricsOptions): Promise<void> {
  const { pods, clock, recorder, signal } = options;
  const asking = new Set<string>();
  const silentSinceMs = new Map<string, { readonly atMs: number; readonly why: string }>();

  async function poll(pod: string): Promise<void> {
    asking.add(pod);
    const atMs = recorder.nowMs();
    try {
      const figures = containerFigures(await readMetrics(options, pod));
      endSilence(pod);
      recorder.record({ type: "container", pod, ...figures });
    } catch (error) {
      if (!silentSinceMs.has(pod)) silentSinceMs.set(pod, { atMs, why: (error as Error).message });
    } finally {
      asking.delete(pod);
    }
  }

  function endSilence(pod: string): void {
    const silent = silentSinceMs.get(pod);
    silentSinceMs.delete(pod);
    const untilMs = recorder.nowMs();
    if (!silent || untilMs - silent.atMs <= TOLERATED_SILENCE_MS) return;
    recorder.record({
      type: "gap",
      source: "metrics",
      fromMs: silent.atMs,
      untilMs,
      why: `pod ${pod}: ${silent.why}`,
    });
  }

  while (!signal.aborted) {
    const present = pods();
    for (const pod of silentSinceMs.keys()) if (!present.includes(pod)) endSilence(pod);
    for (const pod of present) if (!asking.has(pod)) void poll(pod);
    const atMs = recorder.nowMs();
    await clock.sleep(POLL_EVERY_MS, signal);
    if (recorder.nowMs() - atMs - POLL_EVERY_MS <= TOLERATED_SILENCE_MS) continue;
    for (const pod of present) {
      if (!silentSinceMs.has(pod)) silentSinceMs.set(pod, { atMs, why: "the observer itself was held up" });
    }
  }
  for (const pod of silentSinceMs.keys()) endSilence(pod);
}

async function readMetrics({ transport, namespace, port, signal }: MetricsOptions, pod: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/metrics`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(POLL_TIMEOUT_MS)]);
  const { status, text } = await transport.request("GET", path, patience);
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return text;
}

/** Which pods can be asked for their metrics, kept from what is seen of them. */
export type PodBoard = {
  readonly see: (happening: Happening) => void;
  /** Names of the pods whose containers have all started, and that are not on their way out. */
  readonly started: () => readonly string[];
};

/** Makes a board of no pods. */
export function podBoard(): PodBoard {
  const pods = new Map<string, PodSeen>();
  return {
    see(happening) {
      if (happening.type === "pod") keepLatest(pods, happening);
    },
    started: () => [...pods.values()].filter(isServing).map(({ name }) => name),
  };
}

/** Whoever has not started yet would only refuse to answer, which is no news. */
const isServing = ({ deletionAtMs, containers }: PodSeen): boolean =>
  deletionAtMs === undefined &&
  containers.length > 0 &&
  containers.every(({ state, started }) => state === "running" && started);
