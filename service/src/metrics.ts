import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "@prometheus-io/client";
import { type ContainerFacts, type ReadFile, readContainerFacts } from "./cgroup.ts";
import type { Model } from "./model.ts";

/** Records measurements, and writes them for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  /** Records an answer; `route` is the pattern, so that clients cannot create series. */
  answered(route: string, method: string, status: number, seconds: number): void;
  /** Records a connection that is closed because of bytes that are no request, by the status of its answer. */
  refused(status: number): void;
  /** Records a connection that is dropped without an answer, for there is no room for it or for what it sent. */
  dropped(): void;
  /** Records a request whose client went away before its answer was sent. */
  aborted(): void;
  /** The same model with its runs measured. */
  measured(model: Model): Model;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** Sources of figures that are read at each scrape. */
export interface MetricSources {
  readonly queuedRows: () => number;
  readonly readFile: ReadFile;
}

// Seconds. A single row takes less than a millisecond, a saturated queue tens of them.
const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const RUN_BUCKETS = [0.000_025, 0.000_05, 0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1];
const ROW_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096];

/** The metrics of the service, of Node.js (event-loop delay, memory, CPU, garbage collection) and of the container. */
export function createMetrics({ queuedRows, readFile }: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from a request's headers to its answer, by route and status.",
    labelNames: ["route", "method", "status"],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: "http_connection_errors_total",
    help: "Connections closed for bytes that are no request or come too slowly, by the status of the answer.",
    labelNames: ["status"],
    registers,
  });
  const drops = new Counter({
    name: "http_connections_dropped_total",
    help: "Connections dropped without an answer: beyond their limit, or without room for what they sent.",
    registers,
  });
  const aborts = new Counter({
    name: "http_requests_aborted_total",
    help: "Requests whose client went away before the answer was sent.",
    registers,
  });
  const batches = new Histogram({
    name: "inference_batch_rows",
    help: "Rows that shared one run of the model.",
    buckets: ROW_BUCKETS,
    registers,
  });
  const runs = new Histogram({
    name: "inference_run_duration_seconds",
    help: "Time of one run of the model.",
    buckets: RUN_BUCKETS,
    registers,
  });
  new Gauge({
    name: "inference_queued_rows",
    help: "Rows that wait for a run.",
    registers,
    collect() {
      this.set(queuedRows());
    },
  });
  // Read once for each scrape, not for each of the five metrics.
  let facts: ContainerFacts = {};
  addContainerMetrics(registry, () => facts);

  return {
    contentType: registry.contentType,
    answered: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    refused: (status) => refusals.inc({ status }),
    dropped: () => drops.inc(),
    aborted: () => aborts.inc(),
    measured: (model) => ({
      ...model,
      run(features, count) {
        const start = performance.now();
        const outcome = model.run(features, count);
        runs.observe((performance.now() - start) / 1_000);
        batches.observe(count);
        return outcome;
      },
    }),
    text: () => {
      facts = readContainerFacts(readFile);
      return registry.metrics();
    },
  };
}

function addContainerMetrics(registry: Registry, readFacts: () => ContainerFacts): void {
  const gauges = {
    container_memory_bytes: ["memoryBytes", "Memory that the container uses now."],
    container_memory_limit_bytes: ["memoryLimitBytes", "Memory at which the container is killed."],
  } as const;
  const counters = {
    container_cpu_periods_total: ["cpuPeriods", "Periods in which the container ran under a CPU limit."],
    container_cpu_throttled_periods_total: ["cpuThrottledPeriods", "Periods that the CPU limit cut short."],
    container_cpu_throttled_seconds_total: ["cpuThrottledSeconds", "Time that the CPU limit made it wait."],
  } as const;
  const registers = [registry];
  for (const [name, [fact, help]] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = readFacts()[fact];
        // An unknown value has no series: 0 would be wrong.
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }
  for (const [name, [fact, help]] of Object.entries(counters)) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        const value = readFacts()[fact];
        this.reset();
        if (value === undefined) this.remove();
        else this.inc(value);
      },
    });
  }
}
