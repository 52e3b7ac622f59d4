import Type, { type Static, type TObject, type TProperties, type TSchema } from "typebox";
import type { Column, Signature } from "./signature.ts";

const strict = { additionalProperties: false } as const;

/** One row: every feature by its name. */
export type Features = Readonly<Record<string, number>>;

/** One row; ranges are the card's, wide, but they keep nonsense and infinities out. */
export function featuresSchema({ columns }: Pick<Signature, "columns">): TObject {
  return Type.Object(Object.fromEntries(columns.map((column) => [column.name, valueSchema(column)])), {
    ...strict,
    title: "Features",
    description: `One row; all ${columns.length} features are required.`,
  });
}

function valueSchema({ type, minimum, maximum, values, description, example }: Column): TSchema {
  const about = { ...(description && { description }), examples: [example] };
  if (values) return Type.Enum([...values], about);
  return type === "integer"
    ? Type.Integer({ minimum, maximum, ...about })
    : Type.Number({ minimum, maximum, ...about });
}

/** A batch of 1 to `maxRows` rows. */
export function batchSchema(features: TObject, maxRows: number) {
  return Type.Object(
    { data: Type.Array(features, { minItems: 1, maxItems: maxRows, description: "the rows" }) },
    { ...strict, title: "Batch" },
  );
}

/** A batch of rows. */
export interface Batch {
  readonly data: readonly Features[];
}

const identity = {
  release: Type.String({ description: "what a rollout changes", examples: ["v1"] }),
  modelVersion: Type.String({ examples: ["1.0.0"] }),
  pod: Type.String({ description: "who answered", examples: ["online-inference"] }),
};

/** What a model says of one row. */
export interface RowAnswer {
  /** The label of a class. */
  readonly prediction: number;
  /** The class's name, if the card names classes. */
  readonly class?: string;
  /** That of the second of two classes. */
  readonly probability: number;
  /** That of each class, instead, if there are more than two. */
  readonly probabilities?: readonly number[];
}

const IdentitySchema = Type.Object(identity);

/** Who answers: part of every prediction. */
export type Identity = Static<typeof IdentitySchema>;

/** The answer for one row. */
export type Prediction = RowAnswer & Identity;

/** The answers for a batch, in its order. */
export type Predictions = { readonly predictions: readonly RowAnswer[] } & Identity;

function answerOf({ classes, probabilitiesPerRow }: Signature, target: string | undefined): TProperties {
  const [first] = classes.map(({ label }) => label);
  const names = classes.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const second = classes[1];
  const range = { minimum: 0, maximum: 1 };
  return {
    prediction: Type.Enum(
      classes.map(({ label }) => label),
      { ...(target && { description: target }), examples: [first] },
    ),
    ...(names.length > 0 && { class: Type.Enum(names, { examples: [names[0]] }) }),
    ...(probabilitiesPerRow === 1
      ? { probability: Type.Number({ ...range, description: `of ${second?.name ?? second?.label}`, examples: [0.21] }) }
      : {
          probabilities: Type.Array(Type.Number(range), {
            minItems: probabilitiesPerRow,
            maxItems: probabilitiesPerRow,
            description: `of ${classes.map(({ label, name }) => name ?? label).join(", ")}`,
            examples: [classes.map((_, index) => Number(index === 0))],
          }),
        }),
  };
}

/** The schemas of what a model says of one row and of several. */
export function answerSchemas(signature: Signature, target?: string) {
  const answer = answerOf(signature, target);
  return {
    prediction: Type.Object({ ...answer, ...identity }, { ...strict, title: "Prediction", description: "The answer." }),
    predictions: Type.Object(
      { predictions: Type.Array(Type.Object(answer, strict), { minItems: 1 }), ...identity },
      { ...strict, title: "Predictions", description: "The answers, in the order of the rows." },
    ),
  };
}

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
