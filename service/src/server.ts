import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { createApp } from "./app.ts";
import { createBatcher } from "./batcher.ts";
import { readCard } from "./card.ts";
import type { Card } from "./card-schema.ts";
import { type Config, configFor, readConfig, releaseOf } from "./config.ts";
import { connectionsOf, endConnections } from "./connections.ts";
import { type Faults, readFaults, startFaults } from "./faults.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createLog } from "./log.ts";
import { readMemory, requireMemory } from "./memory.ts";
import { createMetrics } from "./metrics.ts";
import { loadModel, selfCheck } from "./model.ts";
import { quiet } from "./quiet.ts";
import { signatureOf } from "./signature.ts";

// A run of 4096 rows blocks the event loop for about 2 ms; all rows that may wait take about 30 ms.
const MAX_RUN_ROWS = 4_096;
const MAX_QUEUED_ROWS = 65_536;
// The longest time, after draining, for which clients that never stop asking are answered.
const MOST_QUIET_MS = 500;
// Requests that are under way then have the time that a request may take to arrive, and this for its timer to fire or
// its answer to be read.
const ANSWER_MS = 1_000;
// If the process has not ended by itself so long after all that, it exits with 1.
const STUCK_MS = 500;

const readText = (path: string) => readFileSync(path, "utf8");

async function serve(config: Config, card: Card, faults: Faults): Promise<void> {
  const release = releaseOf(card, config);
  const log = createLog(config.logLevel);
  const lifecycle = new Lifecycle();
  const metrics = createMetrics({
    queuedRows: () => lifecycle.queuedRows,
    readFile: readText,
  });
  const app = createApp({ config, card, lifecycle, metrics, log });
  const connections = connectionsOf(app.server);

  const underWayMs = config.requestTimeoutMs + ANSWER_MS;
  const delay = config.drainMs + MOST_QUIET_MS + underWayMs + STUCK_MS;
  closeWithGrace({ delay, logger: log }, async ({ signal, err }) => {
    if (err) log.fatal(err, "stopping after an error");
    else log.info({ signal, drainMs: config.drainMs }, "draining");
    lifecycle.drain();
    // The cluster needs a moment to send its requests elsewhere; until then they are answered.
    if (signal) await sleep(config.drainMs);
    await quiet(app.server, MOST_QUIET_MS);
    const cut = await endConnections(app.server, connections, underWayMs);
    if (cut > 0) log.warn({ connections: cut }, "cut off answers that nobody read");
    await app.close();
  });

  // Listens first, so that readiness can say "starting" instead of refusing the connection.
  const address = await app.listen({ host: config.host, port: config.port }).catch((cause: Error) => {
    throw new Error(`HOST is ${config.host} and PORT ${config.port}, on which one cannot listen: ${cause.message}`);
  });
  log.info(`Server listening at ${address}`);
  await startFaults(faults, log, lifecycle);
  const model = await loadModel(join(config.modelDir, "model.onnx"), card);
  const failure = selfCheck(model, card);
  if (failure) {
    // The process stays alive, so that the rollout stops with a reason to read; another start would fail the same way.
    lifecycle.fail(failure);
    log.error({ release, modelVersion: card.modelVersion }, `never ready: ${failure}`);
    return;
  }
  lifecycle.ready(
    createBatcher(metrics.measured(model), {
      maxRunRows: MAX_RUN_ROWS,
      maxQueuedRows: Math.max(MAX_QUEUED_ROWS, config.maxRows),
    }),
  );
  log.info({ release, modelVersion: card.modelVersion, startMs: Math.round(performance.now()) }, "ready");
}

try {
  const settings = readConfig(process.env);
  const card = readCard(join(settings.modelDir, "card.json"));
  const config = configFor(settings, signatureOf(card).columns);
  requireMemory(config, readMemory(readText));
  await serve(config, card, readFaults(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
