import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { Metrics } from "../metrics.ts";
import { problemResponses } from "../problem.ts";

const EXAMPLE = 'http_request_duration_seconds_count{route="/predict",method="POST",status="200"} 42\n';

/** `/metrics`: what the process, its container and its model do, for Prometheus. */
export const metricsRoute: FastifyPluginAsyncTypebox<{ metrics: Metrics }> = async (app, { metrics }) => {
  const text = Type.String({ examples: [EXAMPLE] });
  app.get(
    "/metrics",
    {
      schema: {
        tags: ["health"],
        summary: "Metrics for Prometheus",
        response: {
          200: { description: "Prometheus' text format.", content: { "text/plain": { schema: text } } },
          ...problemResponses(500),
        },
      },
    },
    async (_request, reply) => reply.header("content-type", metrics.contentType).send(await metrics.text()),
  );
};
