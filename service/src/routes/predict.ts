import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type TSchema } from "typebox";
import { type Predict, ROW_WIDTH, type Rows } from "../batcher.ts";
import { readRows } from "../plugins/bodies.ts";
import { type Check, check, checkEither } from "../plugins/validation.ts";
import { problemResponses } from "../problem.ts";
import { createRowsReader, ReadRows } from "../rows-reader.ts";
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
import type { Turns } from "../turns.ts";

/** What the prediction routes need. */
export interface PredictOptions {
  readonly predict: Predict;
  readonly identity: Identity;
  readonly maxRows: number;
  readonly turns: Turns;
}

/** `/predict` (either form), `/predict_single/` and `/predict_batch/`: one implementation behind the three. */
export const predictRoutes: FastifyPluginAsyncTypebox<PredictOptions> = async (app, options) => {
  const { predict, identity, maxRows, turns } = options;
  const BatchSchema = batchSchema(maxRows);
  const tags = ["prediction"];
  const errors = problemResponses(400, 413, 415, 500, 503);

  readRows(app, turns, createRowsReader(maxRows));

  async function single(body: Features | ReadRows): Promise<Prediction> {
    const { labels, probabilities } = await predict(body instanceof ReadRows ? body : asRows([body]));
    return { prediction: Number(labels[0]), probability: Number(probabilities[0]), ...identity };
  }

  async function batch(body: Batch | ReadRows): Promise<Predictions> {
    const { labels, probabilities } = await predict(body instanceof ReadRows ? body : asRows(body.data));
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
      config: { form: "single" },
      validatorCompiler: ({ schema }) => unlessRead(check(schema as TSchema)),
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
      config: { form: "batch" },
      validatorCompiler: ({ schema }) => unlessRead(check(schema as TSchema)),
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
      config: { form: "either" },
      validatorCompiler: () => unlessRead(checkEither("data", BatchSchema, FeaturesSchema)),
    },
    async ({ body }) => (isBatch(body) ? batch(body) : single(body)),
  );
};

function isBatch(body: Features | Batch | ReadRows): body is Batch | ReadRows {
  return body instanceof ReadRows ? body.batch : "data" in body;
}

/** What was read straight from the bytes was checked on the way. */
function unlessRead(check: Check): Check {
  return (value) => (value instanceof ReadRows ? { value } : check(value));
}

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
