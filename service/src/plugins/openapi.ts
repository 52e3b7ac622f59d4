import swagger from "@fastify/swagger";
import fp from "fastify-plugin";
import type { Identity } from "../schemas.ts";

/** Gathers the routes' schemas into one OpenAPI document. */
export const openapi = fp<{ identity: Identity }>(
  async (app, { identity }) => {
    await app.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Online inference: heart disease",
          description: `Release ${identity.release}, a model trained on the UCI Cleveland heart-disease data (CC BY 4.0).`,
          version: identity.modelVersion,
        },
        tags: [
          { name: "prediction", description: "What the model says of patients" },
          { name: "open inference protocol", description: "The same by the protocol's version 2, with raw tensors" },
          { name: "health", description: "What the cluster asks" },
        ],
      },
    });
  },
  { name: "openapi" },
);
