import { readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import { FeaturesSchema } from "./schemas.ts";

// The part of a model card (written by service/model/train.py) that the service itself uses.
const CardSchema = Type.Object({
  release: Type.String({ minLength: 1 }),
  model: Type.String({ minLength: 1 }),
  modelVersion: Type.String({ minLength: 1 }),
  onnx: Type.Object({
    file: Type.String({ pattern: "^[a-z0-9-]+\\.onnx$" }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  }),
  selfCheck: Type.Object({
    features: FeaturesSchema,
    probability: Type.Number({ minimum: 0, maximum: 1 }),
    tolerance: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
  }),
});

/** The release and model that this process serves, and one known answer by which it checks the model. */
export type Card = Static<typeof CardSchema>;

const validator = Compile(CardSchema);

/**
 * Reads a model card.
 * @throws {Error} when the file is missing or is not a model card.
 */
export function readCard(file: string): Card {
  const card: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (validator.Check(card)) return card;
  const [error] = validator.Errors(card);
  throw new Error(`${file} is not a model card: ${error?.instancePath || "it"} ${error?.message}.`);
}
