import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Lifecycle } from "../lifecycle.ts";
import { problemResponses } from "../problem.ts";
import { StatusSchema } from "../schemas.ts";

/** `/liveness` (the event loop turns) and `/readiness` (the model is warm and checked, and nobody asked to stop). */
export const health: FastifyPluginAsyncTypebox<{ lifecycle: Lifecycle }> = async (app, { lifecycle }) => {
  app.get(
    "/liveness",
    { schema: { tags: ["health"], summary: "Is the process alive?", response: { 200: StatusSchema } } },
    () => ({ status: "alive" as const }),
  );

  app.get(
    "/readiness",
    {
      schema: {
        tags: ["health"],
        summary: "Should it get requests?",
        response: { 200: StatusSchema, ...problemResponses(503) },
      },
    },
    () => {
      lifecycle.requireReady();
      return { status: "ready" as const };
    },
  );
};
