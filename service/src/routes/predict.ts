import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import Type from "typebox";
import type { Answer, Predict } from "../batcher.ts";
import { type JsonLimits, MAX_TEXTS } from "../bodies/json-limits.ts";
import { type Intake, readRows } from "../bodies/plugin.ts";
import { createRowsReader, ReadRows } from "../bodies/rows-reader.ts";
import { type Check, check, checkEither } from "../plugins/validation.ts";
import { problemResponses } from "../problem.ts";
import { answerSchemas, type Batch, batchSchema, type Features, featuresSchema, type Identity } from "../schemas.ts";
import { namesOf, type Signature } from "../signature.ts";
import { answerWriters, type WriteAnswer } from "./prediction-text.ts";

export interface PredictOptions {
  readonly predict: Predict;
  readonly identity: Identity;
  readonly signature: Signature;
  /** What a prediction means, for the documentation. */
  readonly target: string | undefined;
  readonly maxRows: number;
  readonly intake: Intake;
}

const JSON_TYPE = "application/json; charset=utf-8";

/**
 * More than valid bodies hold, so that the faults of others can still be told: twice the objects, half as many members
 * again.
 */
function jsonLimits(width: number, maxRows: number): JsonLimits {
  return {
    containers: 2 * maxRows + 1_000,
    members: Math.ceil(1.5 * width) * maxRows + 1_000,
    texts: Math.max(MAX_TEXTS, width * maxRows),
  };
}

/** `/predict` (either form), `/predict_single/` and `/predict_batch/`: one implementation behind the three. */
export const predictRoutes: FastifyPluginAsyncTypebox<PredictOptions> = async (app, options) => {
  const { predict, identity, signature, target, maxRows, intake } = options;
  const { columns } = signature;
  const FeaturesSchema = featuresSchema(signature);
  const BatchSchema = batchSchema(FeaturesSchema, maxRows);
  const { prediction: PredictionSchema, predictions: PredictionsSchema } = answerSchemas(signature, target);
  const names = namesOf(signature);
  const tags = ["prediction"];
  const errors = problemResponses(400, 413, 415, 500, 503);

  readRows(app, intake, jsonLimits(columns.length, maxRows), createRowsReader(columns, maxRows));

  const { single, batch } = answerWriters(identity, signature);

  app.post(
    "/predict_single/",
    {
      schema: {
        tags,
        summary: "Predict one row",
        body: FeaturesSchema,
        response: { 200: PredictionSchema, ...errors },
      },
      config: { form: "single" },
      validatorCompiler: () => asRows(names, check(FeaturesSchema)),
    },
    (request, reply) => predict(rowsOf(request), send(reply, single)),
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
      validatorCompiler: () => asRows(names, check(BatchSchema)),
    },
    (request, reply) => predict(rowsOf(request), send(reply, batch)),
  );

  app.post(
    "/predict",
    {
      schema: {
        tags,
        summary: "Predict one row or a batch",
        description: "A body with `data` is a batch and gets `predictions`; any other is one row.",
        body: Type.Union([FeaturesSchema, BatchSchema]),
        response: {
          200: Type.Union([PredictionSchema, PredictionsSchema], { description: "The answer or answers." }),
          ...errors,
        },
      },
      config: { form: "either" },
      validatorCompiler: () => asRows(names, checkEither("data", BatchSchema, FeaturesSchema)),
    },
    (request, reply) => {
      const rows = rowsOf(request);
      predict(rows, send(reply, rows.batch ? batch : single));
    },
  );
};

/** Sends the answer when its run has ended; a promise for each request would take more time. */
function send(reply: FastifyReply, write: WriteAnswer): Answer {
  return (error, share) => void (share ? reply.type(JSON_TYPE).send(write(share)) : reply.send(error));
}

/**
 * A check that replaces a body's JSON by its rows, because numbers take less memory than objects while they wait for a
 * run.
 */
function asRows(names: readonly string[], check: Check): Check {
  return (value) => {
    // Rows that are read straight from the bytes are checked already.
    if (value instanceof ReadRows) return { value };
    const checked = check(value);
    return "error" in checked ? checked : { value: copyRows(names, checked.value as Features | Batch) };
  };
}

/** The rows by which the check has replaced a request's body. */
function rowsOf({ body }: { readonly body: unknown }): ReadRows {
  return body as ReadRows;
}

const isBatch = (body: Features | Batch): body is Batch => Array.isArray(body.data);

function copyRows(names: readonly string[], body: Features | Batch): ReadRows {
  const batch = isBatch(body);
  const all = batch ? body.data : [body];
  const rows = new Float32Array(all.length * names.length);
  let index = 0;
  for (const features of all) {
    for (const name of names) {
      rows[index] = features[name] as number;
      index += 1;
    }
  }
  return new ReadRows(rows, all.length, batch);
}
