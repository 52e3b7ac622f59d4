import swagger from "@fastify/swagger";
import fp from "fastify-plugin";
import type { Card } from "../card-schema.ts";
import type { Identity } from "../schemas.ts";

/** Gathers the routes' schemas into one OpenAPI document. */
export const openapi = fp<{ identity: Identity; card: Card }>(
  async (app, { identity, card }) => {
    await app.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: `Online inference: ${card.title ?? card.model}`,
          description: `Release ${identity.release}${card.about ? `, ${card.about}` : ""}.`,
          version: identity.modelVersion,
        },
        tags: [
          { name: "prediction", description: "What the model says of rows of features" },
          { name: "open inference protocol", description: "The same by the protocol's version 2, with raw tensors" },
          { name: "health", description: "What the cluster asks" },
        ],
      },
    });
  },
  { name: "openapi" },
);
