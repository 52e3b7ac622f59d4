import Type, { type Static } from "typebox";

// Quotes and backslashes would be written otherwise in JSON; control characters are in nobody's column names.
const NAME = '^[^\\u0000-\\u001f"\\\\]{1,100}$';
// Also the limit of what a row may take in memory, beside 65,536 rows that wait.
const MAX_FEATURES = 256;
const MAX_CLASSES = 100;

const FeatureSchema = Type.Object({
  name: Type.String({ pattern: NAME, description: "the member of a request" }),
  type: Type.Enum(["number", "integer"]),
  minimum: Type.Number({ description: "the least value that is taken; ranges keep nonsense and infinities out" }),
  maximum: Type.Number({ description: "the greatest value that is taken" }),
  values: Type.Optional(
    Type.Array(Type.Number(), { minItems: 1, maxItems: 1_000, description: "the only values that are taken" }),
  ),
  description: Type.Optional(Type.String({ maxLength: 1_000 })),
  unit: Type.Optional(Type.String({ maxLength: 100 })),
  example: Type.Optional(Type.Number({ description: "a value for the documentation; else the self-check's" })),
});

const ClassSchema = Type.Object({
  label: Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31, description: "what the graph's label output says" }),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "is part of each answer" })),
});

const Text = Type.String({ minLength: 1 });
const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** The part of a model card that the service itself uses; all other members are for people. */
export const CardSchema = Type.Object({
  release: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: "unless the variable RELEASE says" })),
  model: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description: "its name in paths" }),
  modelVersion: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$" }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "for the documentation" })),
  about: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000, description: "where the model comes from" })),
  target: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: "what a prediction means" })),
  features: Type.Array(FeatureSchema, {
    minItems: 1,
    maxItems: MAX_FEATURES,
    description: "in the order of the graph's input",
  }),
  classes: Type.Optional(
    Type.Array(ClassSchema, {
      minItems: 2,
      maxItems: MAX_CLASSES,
      description: "in the order of the graph's probabilities; 0 and 1 unless given",
    }),
  ),
  onnx: Type.Optional(
    Type.Object({
      file: Type.Optional(Type.String({ pattern: "^[a-z0-9-]+\\.onnx$", description: "in service/model only" })),
      sha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$", description: "of model.onnx, to be checked" })),
      input: Type.Optional(Type.Object({ name: Text }, { description: "the graph's input; its only one" })),
      outputs: Type.Optional(
        Type.Tuple([Type.Object({ name: Text }), Type.Object({ name: Text })], {
          description: "the graph's outputs of labels and of probabilities; by their usual names unless given",
        }),
      ),
    }),
  ),
  selfCheck: Type.Object(
    {
      features: Type.Record(Type.String(), Type.Number()),
      probability: Type.Optional(Probability),
      probabilities: Type.Optional(Type.Array(Probability)),
      tolerance: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
    },
    { description: "one known answer: `probability` of the second of two classes, or `probabilities` of more" },
  ),
});

/** The model that this process serves: its name, what it takes and gives, and one known answer by which it is checked. */
export type Card = Static<typeof CardSchema>;

/** One feature of a card. */
export type CardFeature = Static<typeof FeatureSchema>;
