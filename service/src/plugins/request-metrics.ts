import fp from "fastify-plugin";
import type { Metrics } from "../metrics.ts";

/** Measures every answer by route and status. */
export const requestMetrics = fp<{ metrics: Metrics }>(
  async (app, { metrics }) => {
    app.addHook("onResponse", (request, reply, done) => {
      const route = request.routeOptions.url ?? "none";
      metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  },
  { name: "request-metrics" },
);
