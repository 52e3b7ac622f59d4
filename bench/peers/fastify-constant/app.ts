// Fastify as in its documentation, with the service's own schemas for bodies and answers. The answers are constant.
import fastify from "fastify";
import { batchSchema, FeaturesSchema, PredictionSchema, PredictionsSchema } from "../../../service/src/schemas.ts";
import { answerBatch, answerSingle } from "../constant.ts";

const app = fastify({ logger: false, bodyLimit: 2 ** 20, ajv: { customOptions: { coerceTypes: false } } });
const single = JSON.parse(answerSingle);
const batch = JSON.parse(answerBatch);
app.post("/predict_single/", { schema: { body: FeaturesSchema, response: { 200: PredictionSchema } } }, () => single);
app.post(
  "/predict_batch/",
  { schema: { body: batchSchema(1_000), response: { 200: PredictionsSchema } } },
  () => batch,
);
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
