// Fastify as in its documentation, with the service's own schemas for bodies and answers. The answers are constant.
import { join } from "node:path";
import fastify from "fastify";
import { readCard } from "../../../service/src/card.ts";
import { answerSchemas, batchSchema, featuresSchema } from "../../../service/src/schemas.ts";
import { signatureOf } from "../../../service/src/signature.ts";
import { answerBatch, answerSingle } from "../constant.ts";

const app = fastify({ logger: false, bodyLimit: 2 ** 20, ajv: { customOptions: { coerceTypes: false } } });
const single = JSON.parse(answerSingle);
const batch = JSON.parse(answerBatch);
const signature = signatureOf(readCard(join(import.meta.dirname, "..", "..", "..", "service", "model", "v1.json")));
const features = featuresSchema(signature);
const { prediction, predictions } = answerSchemas(signature);
app.post("/predict_single/", { schema: { body: features, response: { 200: prediction } } }, () => single);
app.post(
  "/predict_batch/",
  { schema: { body: batchSchema(features, 1_000), response: { 200: predictions } } },
  () => batch,
);
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
