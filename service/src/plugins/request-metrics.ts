import fp from "fastify-plugin";
import type { Metrics } from "../metrics.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** When its headers had arrived, by `performance.now()`. */
    startMs: number;
  }
}

/** Measures every answer by route and status, until it is handed to the connection. */
export const requestMetrics = fp<{ metrics: Metrics }>(
  async (app, { metrics }) => {
    app.decorateRequest("startMs", 0);
    app.addHook("onRequest", (request, _reply, done) => {
      request.startMs = performance.now();
      done();
    });
    // Not `onResponse`, for which Fastify adds and removes two listeners for each answer.
    app.addHook("onSend", (request, reply, _payload, done) => {
      const route = request.routeOptions.url ?? "none";
      metrics.answered(route, request.method, reply.statusCode, (performance.now() - request.startMs) / 1_000);
      done();
    });
  },
  { name: "request-metrics" },
);
