import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import closeWithGrace from "close-with-grace";
import { createApp } from "./app.ts";
import { createBatcher } from "./batcher.ts";
import { readCard } from "./card.ts";
import { type Config, readConfig } from "./config.ts";
import { type Faults, readFaults, startFaults } from "./faults.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createMetrics } from "./metrics.ts";
import { loadModel } from "./model.ts";
import { quiet } from "./quiet.ts";
import { selfCheck } from "./self-check.ts";

// A run of 4096 rows holds the event loop for about 2 ms, and all that may wait for about 30 ms.
const MAX_RUN_ROWS = 4_096;
const MAX_QUEUED_ROWS = 65_536;
// After draining, the service goes on for so long while clients never stop asking.
const MOST_QUIET_MS = 500;
// After that, what is still under way has this long before the process exits with 1.
const CLOSE_MS = 10_000;

async function serve(config: Config, faults: Faults): Promise<void> {
  const card = readCard(join(config.modelDir, "card.json"));
  const lifecycle = new Lifecycle();
  const metrics = createMetrics({
    queuedRows: () => lifecycle.queuedRows,
    readFile: (path) => readFileSync(path, "utf8"),
  });
  const app = createApp({ config, card, lifecycle, metrics });

  closeWithGrace({ delay: config.drainMs + MOST_QUIET_MS + CLOSE_MS, logger: app.log }, async ({ signal, err }) => {
    if (err) app.log.fatal(err, "stopping after an error");
    else app.log.info({ signal, drainMs: config.drainMs }, "draining");
    lifecycle.drain();
    // The cluster needs a moment to send its requests elsewhere; until then they are answered.
    if (signal) await sleep(config.drainMs);
    await quiet(app.server, MOST_QUIET_MS);
    await app.close();
  });

  // Listens first, so that readiness can say "starting" instead of refusing the connection.
  await app.listen({ host: config.host, port: config.port });
  await startFaults(faults, app.log, lifecycle);
  const model = await loadModel(join(config.modelDir, "model.onnx"), card);
  const failure = await selfCheck(model, card);
  if (failure) {
    // Alive, so that the rollout stops here with a reason to read; another start would fail the same way.
    lifecycle.fail(failure);
    app.log.error({ release: card.release, modelVersion: card.modelVersion }, `never ready: ${failure}`);
    return;
  }
  lifecycle.ready(
    createBatcher(metrics.measured(model), {
      maxRunRows: MAX_RUN_ROWS,
      maxQueuedRows: Math.max(MAX_QUEUED_ROWS, config.maxRows),
    }),
  );
  app.log.info(
    { release: card.release, modelVersion: card.modelVersion, startMs: Math.round(performance.now()) },
    "ready",
  );
}

try {
  await serve(readConfig(process.env), readFaults(process.env));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
