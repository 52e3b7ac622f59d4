// Fastify as its documentation has it, with the service's own schemas for bodies and answers; what it answers is constant.
import { createRequire } from "node:module";
import { batchSchema, FeaturesSchema, PredictionSchema, PredictionsSchema } from "../../../service/src/schemas.ts";
import { answerBatch, answerSingle } from "../constant.ts";

// Fastify belongs to the service's workspace; Ajv and fast-json-stringify are what it brings.
const fastify = createRequire(new URL("../../../service/package.json", import.meta.url))("fastify");

const app = fastify({ logger: false, bodyLimit: 2 ** 20, ajv: { customOptions: { coerceTypes: false } } });
const single = JSON.parse(answerSingle);
const batch = JSON.parse(answerBatch);
app.post("/predict_single/", { schema: { body: FeaturesSchema, response: { 200: PredictionSchema } } }, () => single);
app.post(
  "/predict_batch/",
  { schema: { body: batchSchema(1_000), response: { 200: PredictionsSchema } } },
  async () => batch,
);
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
