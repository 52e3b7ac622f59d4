import Type, { type Static, type TSchema } from "typebox";
import { namesOf, type Signature } from "../signature.ts";

const strict = { additionalProperties: false } as const;

/** The name of the input tensor that holds all features. */
export const INPUT_NAME = "features";

/** A model's outputs: their names and types, in the order in which they are given when none is asked for. */
export interface Output {
  readonly name: string;
  readonly datatype: "INT64" | "FP32";
  /** Values of a row. */
  readonly width: number;
}

/** The outputs of a model: `label`, and `probability` of the second of two classes or `probabilities` of all. */
export function outputsOf({ probabilitiesPerRow: width }: Signature): readonly [Output, Output] {
  const name = width === 1 ? "probability" : "probabilities";
  return [
    { name: "label", datatype: "INT64", width: 1 },
    { name, datatype: "FP32", width },
  ];
}

function shapeSchema(width: number) {
  return Type.Array(Type.Integer(), { maxItems: 8, examples: [[1, width]] });
}

const ParametersSchema = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]));

/**
 * The types of numbers: all of the protocol's but BYTES. Each value has to be in its feature's range, whatever its
 * type.
 */
const DatatypeSchema = Type.Enum(
  ["FP16", "FP32", "FP64", "BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"],
  { examples: ["FP32"] },
);

/** A member that may be absent, which clients also express by null. */
const absent = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));

// Unknown members and parameters are hints, which the protocol lets a server ignore.
function inputSchema(names: readonly string[], example: readonly number[]) {
  return Type.Object(
    {
      name: Type.Enum([INPUT_NAME, ...names], { examples: [INPUT_NAME] }),
      shape: shapeSchema(names.length),
      datatype: DatatypeSchema,
      parameters: absent(ParametersSchema),
      data: Type.Optional(
        Type.Array(Type.Unknown(), {
          description: "numbers in row-major order, flat or nested as `shape` says; absent with `binary_data_size`",
          examples: [[example]],
        }),
      ),
    },
    { description: "A tensor; its parameter `binary_data_size` says how many bytes of it follow the JSON." },
  );
}

/** One tensor of a request. */
export type Input = Static<ReturnType<typeof inputSchema>>;

/** The JSON part of an inference request for a model. */
export function inferRequestSchema(model: string, signature: Signature) {
  const names = namesOf(signature);
  const outputs = outputsOf(signature).map(({ name }) => name);
  const example = signature.columns.map((column) => column.example);
  return Type.Object(
    {
      id: absent(Type.String({ maxLength: 1_024, description: "comes back in the answer", examples: ["42"] })),
      model_name: Type.Optional(Type.Literal(model)),
      parameters: absent(ParametersSchema),
      inputs: Type.Array(inputSchema(names, example), {
        minItems: 1,
        maxItems: names.length,
        description: `either \`${INPUT_NAME}\` of shape [n, ${names.length}], or each feature by its name, of shape [n] or [n, 1]`,
      }),
      outputs: absent(
        Type.Array(
          Type.Object({
            name: Type.Enum(outputs),
            parameters: absent(Type.Object({ binary_data: Type.Optional(Type.Boolean()) })),
          }),
          { maxItems: outputs.length, description: "all when absent or empty" },
        ),
      ),
    },
    { title: "InferRequest" },
  );
}

/** The JSON part of an inference request. */
export type InferRequest = Static<ReturnType<typeof inferRequestSchema>>;

/** The JSON part of an inference answer of a model with these outputs. */
export function inferResponseSchema(outputs: readonly Output[]) {
  return Type.Object(
    {
      model_name: Type.String({ examples: ["heart-disease"] }),
      model_version: Type.String({ examples: ["1.0.0"] }),
      id: Type.Optional(Type.String()),
      parameters: Type.Object(
        { release: Type.String({ examples: ["v1"] }), pod: Type.String({ examples: ["online-inference"] }) },
        { ...strict, description: "who answered" },
      ),
      outputs: Type.Array(
        Type.Object(
          {
            name: Type.Enum(outputs.map(({ name }) => name)),
            datatype: Type.Enum(["INT64", "FP32"]),
            shape: Type.Array(Type.Integer(), { examples: [[1]] }),
            parameters: Type.Optional(Type.Object({ binary_data_size: Type.Integer() }, strict)),
            data: Type.Optional(Type.Array(Type.Number(), { examples: [[0.21]] })),
          },
          strict,
        ),
      ),
    },
    { ...strict, title: "InferResponse", description: "The outputs, in the order that was asked for." },
  );
}

/** The JSON part of an inference answer. */
export type InferResponse = Static<ReturnType<typeof inferResponseSchema>>;

/** What the server is. */
export const ServerMetadataSchema = Type.Object(
  {
    name: Type.String({ examples: ["online-inference"] }),
    version: Type.String({ description: "the release", examples: ["v1"] }),
    extensions: Type.Array(Type.String(), { examples: [["binary_tensor_data"]] }),
  },
  { ...strict, title: "ServerMetadata", description: "The server's name, release and extensions." },
);

const TensorMetadataSchema = Type.Object(
  { name: Type.String({ examples: [INPUT_NAME] }), datatype: DatatypeSchema, shape: shapeSchema(1) },
  strict,
);

/** What the model takes and gives. */
export const ModelMetadataSchema = Type.Object(
  {
    name: Type.String({ examples: ["heart-disease"] }),
    versions: Type.Array(Type.String(), { examples: [["1.0.0"]] }),
    platform: Type.String({ examples: ["onnx_onnxv1"] }),
    inputs: Type.Array(TensorMetadataSchema),
    outputs: Type.Array(TensorMetadataSchema),
  },
  { ...strict, title: "ModelMetadata", description: "The model's tensors." },
);

/** What the model takes and gives. */
export type ModelMetadata = Static<typeof ModelMetadataSchema>;

/** Answers of the health paths; the members are those that kserve's client reads. */
export const LiveSchema = Type.Object({ live: Type.Literal(true) }, { ...strict, title: "Live", description: "Yes." });
export const ReadySchema = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "of the model, when one was asked for" })),
    live: Type.Optional(Type.Literal(true)),
    ready: Type.Literal(true),
  },
  { ...strict, title: "Ready", description: "Yes." },
);

/** An error as the protocol has it. */
export const ErrorSchema = Type.Object(
  { error: Type.String({ examples: ["The body is not what this path takes: #/inputs is required."] }) },
  { ...strict, title: "InferError" },
);
