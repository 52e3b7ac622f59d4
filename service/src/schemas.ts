import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

function code(maximum: number, description: string, example: number) {
  return Type.Integer({ minimum: 0, maximum, description, examples: [example] });
}

function measure(minimum: number, maximum: number, description: string, example: number) {
  return Type.Number({ minimum, maximum, description, examples: [example] });
}

/** One patient in wire coding (the model card tabulates it); ranges are wide, but keep nonsense and infinities out. */
export const FeaturesSchema = Type.Object(
  {
    age: measure(0, 130, "age in years", 63),
    sex: code(1, "0 female, 1 male", 1),
    cp: code(3, "chest pain: 0 asymptomatic, 1 atypical angina, 2 non-anginal, 3 typical angina", 3),
    trestbps: measure(20, 400, "resting systolic blood pressure in mm Hg", 145),
    chol: measure(20, 1_500, "serum cholesterol in mg/dl", 233),
    fbs: code(1, "fasting blood sugar above 120 mg/dl: 0 no, 1 yes", 1),
    restecg: code(2, "resting ECG: 0 left ventricular hypertrophy, 1 normal, 2 ST-T wave abnormality", 0),
    thalach: measure(20, 300, "highest heart rate reached, per minute", 150),
    exang: code(1, "angina induced by exercise: 0 no, 1 yes", 0),
    oldpeak: measure(-20, 20, "ST depression by exercise relative to rest, in mm", 2.3),
    slope: code(2, "slope of the ST segment at the peak of exercise: 0 down, 1 flat, 2 up", 0),
    ca: code(4, "major vessels coloured by fluoroscopy: 0 to 3; 4 unknown", 0),
    thal: code(3, "thallium scan: 1 fixed defect, 2 normal, 3 reversible defect; 0 unknown", 1),
  },
  { ...strict, title: "Features", description: "One patient; all thirteen features are required." },
);

/** One patient in wire coding. */
export type Features = Static<typeof FeaturesSchema>;

/** The features' names in the order of the model's input tensor. */
export const FEATURE_NAMES = Object.keys(FeaturesSchema.properties) as readonly (keyof Features)[];

/** The number of features in a row. */
export const ROW_WIDTH = FEATURE_NAMES.length;

/** The values that a feature may have: `type` is "integer" or "number", the bounds belong to it. */
export interface Column {
  readonly name: keyof Features;
  readonly type: string;
  readonly minimum: number;
  readonly maximum: number;
}

/** The features in the order of the model's input tensor. */
export const COLUMNS: readonly Column[] = FEATURE_NAMES.map((name) => ({
  name,
  // TypeBox's types lack these keywords.
  ...(FeaturesSchema.properties[name] as unknown as Omit<Column, "name">),
}));

/** A batch of 1 to `maxRows` patients. */
export function batchSchema(maxRows: number) {
  return Type.Object(
    { data: Type.Array(FeaturesSchema, { minItems: 1, maxItems: maxRows, description: "the patients" }) },
    { ...strict, title: "Batch" },
  );
}

/** A batch of patients. */
export type Batch = Static<ReturnType<typeof batchSchema>>;

const answer = {
  prediction: Type.Integer({ minimum: 0, maximum: 1, description: "1 = heart disease, 0 = none", examples: [0] }),
  probability: Type.Number({ minimum: 0, maximum: 1, description: "of heart disease", examples: [0.21] }),
};

const identity = {
  release: Type.String({ description: "what a rollout changes", examples: ["v1"] }),
  modelVersion: Type.String({ examples: ["1.0.0"] }),
  pod: Type.String({ description: "who answered", examples: ["online-inference"] }),
};

/** The answer for one patient. */
export const PredictionSchema = Type.Object(
  { ...answer, ...identity },
  { ...strict, title: "Prediction", description: "The answer." },
);

/** The answer for one patient. */
export type Prediction = Static<typeof PredictionSchema>;

/** The answers for a batch, in its order. */
export const PredictionsSchema = Type.Object(
  { predictions: Type.Array(Type.Object(answer, strict), { minItems: 1 }), ...identity },
  { ...strict, title: "Predictions", description: "The answers, in the order of the patients." },
);

/** The answers for a batch, in its order. */
export type Predictions = Static<typeof PredictionsSchema>;

/** Who answers: part of every prediction. */
export type Identity = Pick<Prediction, keyof typeof identity>;

/** The state of the process. */
export const StatusSchema = Type.Object(
  { status: Type.Enum(["alive", "ready"]) },
  { ...strict, title: "Status", description: "Yes." },
);

/** An error as RFC 9457 has it; `errors` names each fault by JSON pointer. */
export const ProblemSchema = Type.Object(
  {
    type: Type.Literal("about:blank"),
    title: Type.String({ examples: ["Bad Request"] }),
    status: Type.Integer({ minimum: 400, maximum: 599, examples: [400] }),
    detail: Type.String({ examples: ["The body is not what this path takes."] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: Type.String({ description: "JSON pointer into the body", examples: ["#/data/0/age"] }),
            detail: Type.String({ examples: ["must be <= 130"] }),
          },
          strict,
        ),
      ),
    ),
  },
  { ...strict, title: "Problem" },
);

/** An error as RFC 9457 has it. */
export type Problem = Static<typeof ProblemSchema>;
