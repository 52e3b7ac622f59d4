import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { LogController } from "fastify";
import { type Intake, ignoreBodies } from "./bodies/plugin.ts";
import { createRoom } from "./bodies/room.ts";
import { createTurns } from "./bodies/turns.ts";
import type { Card } from "./card-schema.ts";
import { type Config, releaseOf } from "./config.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { answerClientError } from "./plugins/client-error.ts";
import { boundConnections } from "./plugins/connection-limit.ts";
import { headers } from "./plugins/headers.ts";
import { Lingering } from "./plugins/lingering.ts";
import { openapi } from "./plugins/openapi.ts";
import { Pipelines } from "./plugins/pipelining.ts";
import { answerFrameworkError, problems } from "./plugins/problems.ts";
import { requestLog } from "./plugins/request-log.ts";
import { requestMetrics } from "./plugins/request-metrics.ts";
import { validatorCompiler } from "./plugins/validation.ts";
import { docs } from "./routes/docs.ts";
import { health } from "./routes/health.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { predictRoutes } from "./routes/predict.ts";
import type { Identity } from "./schemas.ts";
import { signatureOf } from "./signature.ts";
import { v2Routes } from "./v2/routes.ts";

// About 500 rows as JSON, which take about 1 ms from reading to answering. Turns are short because the event loop
// accepts only one new connection, such as a probe's, in each.
const TURN_BYTES = 65_536;

/** The parts of the application. The caller tells `lifecycle` when the model is loaded and when to drain. */
export interface AppParts {
  readonly config: Config;
  readonly card: Card;
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The service without a listening socket: `inject` it in tests, `listen` in server.ts. */
export function createApp({ config, card, lifecycle, metrics, log }: AppParts) {
  const signature = signatureOf(card);
  const identity: Identity = { release: releaseOf(card, config), modelVersion: card.modelVersion, pod: config.podName };
  const lingering = new Lingering();
  const app = Fastify({
    // With a logger of its own Fastify would make a child of it and listen for the end of the answer, for each request.
    // Instead all requests have this one.
    logger: false,
    childLoggerFactory: () => log,
    logController: new LogController({ disableRequestLogging: true }),
    // The time for a request to arrive in full; without it a slow client holds its connection for ever. Handlers have
    // no timer: a run is one native call, the queue before it is bounded, and a timer would cost more than the run.
    requestTimeout: config.requestTimeoutMs,
    http: {
      headersTimeout: Math.min(5_000, config.requestTimeoutMs),
      connectionsCheckingInterval: Math.min(1_000, config.requestTimeoutMs),
    },
    // While closing, requests that still arrive are answered.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Factories keep Fastify from loading its own compilers: Ajv takes longer to load than all the rest.
    schemaController: {
      compilersFactory: {
        buildValidator: (() => validatorCompiler) as never, // its type knows only Ajv's own compiler
        buildSerializer: () => () => JSON.stringify,
      },
    },
    // Fastify calls no hooks for these errors, so they are counted and logged here.
    frameworkErrors: (error, request, reply) => {
      const status = answerFrameworkError(error, request, reply, lingering);
      metrics.answered("none", request.method, status, reply.elapsedTime / 1_000);
      log.debug({ method: request.method, url: request.url.slice(0, 200), status }, "answered");
    },
    clientErrorHandler: (error, socket) => {
      if (pipelines.keep(error, socket)) return;
      const status = answerClientError(error, socket, lingering);
      if (status === undefined) return;
      metrics.refused(status);
      log.debug({ status, reason: error.message, remoteAddress: socket.remoteAddress }, "refused a connection");
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  // A client may close its half of the connection after its request; it still gets the answer.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  // Node.js would close the connection without a word. Here it is answered, counted and logged as what cannot be read.
  app.server.on("connect", (_request, socket) => {
    // Node.js has taken its own listener off, and without one a reset would end the process.
    socket.on("error", () => socket.destroy());
    app.server.emit("clientError", new Error("CONNECT asks for a proxy"), socket);
  });
  const intake: Intake = {
    bodyLimitBytes: config.bodyLimitBytes,
    room: createRoom(config.maxWaitingBytes),
    turns: createTurns(TURN_BYTES),
  };
  const dropped = () => {
    metrics.dropped();
    log.debug("dropped a connection");
  };
  const pipelines = new Pipelines(app.server, intake.room, { aborted: metrics.aborted, dropped });
  ignoreBodies(app);
  boundConnections(app, lingering, dropped);

  app.register(problems, { lingering });
  app.register(headers, { identity, lifecycle, pipelines });
  app.register(requestLog, { log });
  app.register(requestMetrics, { metrics });
  const { maxRows } = config;
  app.register(openapi, { identity, card });
  const { predict } = lifecycle;
  app.register(predictRoutes, { predict, identity, signature, target: card.target, maxRows, intake });
  app.register(v2Routes, { lifecycle, identity, model: card.model, signature, maxRows, intake });
  app.register(health, { lifecycle });
  app.register(metricsRoute, { metrics });
  app.register(docs);
  return app;
}
