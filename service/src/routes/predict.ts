import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { type Predict, ROW_WIDTH, type Rows } from "../batcher.ts";
import { eitherCompiler } from "../plugins/validation.ts";
import { problemResponses } from "../problem.ts";
import {
  type Batch,
  batchSchema,
  FEATURE_NAMES,
  type Features,
  FeaturesSchema,
  type Identity,
  type Prediction,
  PredictionSchema,
  type Predictions,
  PredictionsSchema,
} from "../schemas.ts";

/** What the prediction routes need. */
export interface PredictOptions {
  readonly predict: Predict;
  readonly identity: Identity;
  readonly maxRows: number;
}

/** `/predict` (either form), `/predict_single/` and `/predict_batch/`: one implementation behind the three. */
export const predictRoutes: FastifyPluginAsyncTypebox<PredictOptions> = async (app, { predict, identity, maxRows }) => {
  const BatchSchema = batchSchema(maxRows);
  const tags = ["prediction"];
  const errors = problemResponses(400, 413, 415, 500, 503);

  async function single(features: Features): Promise<Prediction> {
    const { labels, probabilities } = await predict(asRows([features]));
    return { prediction: Number(labels[0]), probability: Number(probabilities[0]), ...identity };
  }

  async function batch({ data }: Batch): Promise<Predictions> {
    const { labels, probabilities } = await predict(asRows(data));
    const predictions = Array.from(probabilities, (probability, row) => ({
      prediction: Number(labels[row]),
      probability,
    }));
    return { predictions, ...identity };
  }

  app.post(
    "/predict_single/",
    {
      schema: {
        tags,
        summary: "Predict one patient",
        body: FeaturesSchema,
        response: { 200: PredictionSchema, ...errors },
      },
    },
    ({ body }) => single(body),
  );

  app.post(
    "/predict_batch/",
    {
      schema: {
        tags,
        summary: "Predict a batch of patients",
        body: BatchSchema,
        response: { 200: PredictionsSchema, ...errors },
      },
    },
    ({ body }) => batch(body),
  );

  app.post(
    "/predict",
    {
      schema: {
        tags,
        summary: "Predict one patient or a batch",
        description: "A body with `data` is a batch and gets `predictions`; any other is one patient.",
        body: Type.Union([FeaturesSchema, BatchSchema]),
        response: {
          200: Type.Union([PredictionSchema, PredictionsSchema], { description: "The answer or answers." }),
          ...errors,
        },
      },
      validatorCompiler: eitherCompiler("data", BatchSchema, FeaturesSchema),
    },
    async ({ body }) => ("data" in body ? batch(body) : single(body)),
  );
};

/** Copied at once: while they wait for a run, 13 numbers a row are less to move for the garbage collector than objects. */
function asRows(data: readonly Features[]): Rows {
  const rows = new Float32Array(data.length * ROW_WIDTH);
  let index = 0;
  for (const features of data) {
    for (const name of FEATURE_NAMES) {
      rows[index] = features[name];
      index += 1;
    }
  }
  return { count: data.length, writeTo: (target, offset) => target.set(rows, offset) };
}
