import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type TSchema } from "typebox";
import { type JsonLimits, MAX_TEXTS } from "../bodies/json-limits.ts";
import type { Intake } from "../bodies/plugin.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { check } from "../plugins/validation.ts";
import { BadRequest, type ErrorStatus, errorResponses, NotFound } from "../problem.ts";
import type { Identity } from "../schemas.ts";
import type { Signature } from "../signature.ts";
import { type Body, readBodies } from "./body.ts";
import { createDecoder } from "./decode.ts";
import { createEncoder, wantedOutputs } from "./encode.ts";
import { requireHintsOnly } from "./hints.ts";
import {
  ErrorSchema,
  INPUT_NAME,
  type InferRequest,
  inferRequestSchema,
  inferResponseSchema,
  LiveSchema,
  type ModelMetadata,
  ModelMetadataSchema,
  outputsOf,
  ReadySchema,
  ServerMetadataSchema,
} from "./schemas.ts";

export interface V2Options {
  readonly lifecycle: Lifecycle;
  readonly identity: Identity;
  readonly model: string;
  readonly signature: Signature;
  readonly maxRows: number;
  readonly intake: Intake;
}

const JSON_TYPE = "application/json";
const RAW_TYPE = "application/octet-stream";
const RAW_SCHEMA = Type.String({ format: "binary", description: "the same JSON, then raw tensors" });

interface Params {
  readonly name: string;
  readonly version?: string;
}

/**
 * With each value of each feature in a list of its own a row takes a list for each. Only tensors and parameters have members.
 */
function jsonLimits(width: number, maxRows: number): JsonLimits {
  return { containers: width * maxRows + 1_000, members: 5_000, texts: MAX_TEXTS };
}

/** The Open Inference Protocol v2 with the binary tensor extension, on the same batcher as the other paths. */
export const v2Routes: FastifyPluginAsyncTypebox<V2Options> = async (app, options) => {
  const { lifecycle, identity, model, signature, maxRows, intake } = options;
  const width = signature.columns.length;
  readBodies(app, intake, jsonLimits(width, maxRows), width);
  const version = identity.modelVersion;
  const outputs = outputsOf(signature);
  const RequestSchema = inferRequestSchema(model, signature);
  const ResponseSchema = inferResponseSchema(outputs);
  const checkRequest = check(RequestSchema);
  const decodeRows = createDecoder(signature, maxRows);
  const encode = createEncoder(model, identity);

  /** A route's documentation; bodies and parameters are checked by the handlers, whose errors name them better. */
  function described(summary: string, response: TSchema, statuses: ErrorStatus[], params?: TSchema) {
    return {
      schema: {
        tags: ["open inference protocol"],
        summary,
        ...(params && { params }),
        response: {
          200: {
            description: String((response as { description?: string }).description),
            content: { [JSON_TYPE]: { schema: response } },
          },
          ...errorResponses(JSON_TYPE, ErrorSchema, statuses),
        },
      },
      validatorCompiler: () => (value: unknown) => ({ value }),
    };
  }

  function requireModel({ name, version: wanted = version }: Params): void {
    if (name !== model) throw new NotFound(`There is no model ${name}; there is ${model}.`);
    if (wanted !== version) throw new NotFound(`There is no version ${wanted} of ${model}; there is ${version}.`);
  }

  function decode(body: Body | undefined) {
    if (!body) throw new BadRequest("The body is empty.");
    const checked = checkRequest(body.json);
    if ("error" in checked) throw checked.error;
    const inference = checked.value as InferRequest;
    requireHintsOnly(inference);
    return {
      id: inference.id ?? undefined,
      wanted: wantedOutputs(inference, outputs),
      rows: decodeRows(inference, body.raw),
    };
  }

  app.get("/v2", described("What is the server?", ServerMetadataSchema, []), () => ({
    name: "online-inference",
    version: identity.release,
    extensions: ["binary_tensor_data"],
  }));
  app.get("/v2/health/live", described("Is the process alive?", LiveSchema, []), () => ({ live: true }));
  app.get("/v2/health/ready", described("Should it get requests?", ReadySchema, [503]), () => {
    lifecycle.requireReady();
    return { live: true, ready: true };
  });

  const metadata: ModelMetadata = {
    name: model,
    versions: [version],
    platform: "onnx_onnxv1",
    inputs: [{ name: INPUT_NAME, datatype: "FP32", shape: [-1, width] }],
    outputs: outputs.map(({ name, datatype, width: values }) => ({
      name,
      datatype,
      shape: values === 1 ? [-1] : [-1, values],
    })),
  };
  const name = Type.String({ enum: [model], examples: [model] });
  const ofModel = Type.Object({ name });
  const ofVersion = Type.Object({ name, version: Type.String({ enum: [version], examples: [version] }) });

  for (const [path, params] of [
    ["/v2/models/:name", ofModel],
    ["/v2/models/:name/versions/:version", ofVersion],
  ] as const) {
    app.get(path, described("What does the model take and give?", ModelMetadataSchema, [404], params), (request) => {
      requireModel(request.params as Params);
      return metadata;
    });

    app.get(`${path}/ready`, described("Can the model predict?", ReadySchema, [404, 503], params), (request) => {
      requireModel(request.params as Params);
      lifecycle.requireReady();
      return { name: model, ready: true };
    });

    const infer = described("Predict tensors", ResponseSchema, [400, 404, 413, 415, 500, 503], params);
    const body = { content: { [JSON_TYPE]: { schema: RequestSchema }, [RAW_TYPE]: { schema: RAW_SCHEMA } } };
    Object.assign(infer.schema.response[200].content, { [RAW_TYPE]: { schema: RAW_SCHEMA } });
    app.post(`${path}/infer`, { ...infer, schema: { ...infer.schema, body } }, (request, reply) => {
      requireModel(request.params as Params);
      const { id, wanted, rows } = decode(request.body as Body | undefined);
      // The parsed body is freed before the run.
      request.body = undefined;
      lifecycle.predict(rows, (error, share) => {
        if (!share) {
          reply.send(error);
          return;
        }
        const { body, jsonLength } = encode({ id, wanted, share });
        reply.header("content-type", jsonLength === undefined ? JSON_TYPE : RAW_TYPE);
        if (jsonLength !== undefined) reply.header("inference-header-content-length", jsonLength);
        reply.send(body);
      });
    });
  }
};
