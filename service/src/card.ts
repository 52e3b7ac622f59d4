import { readFileSync } from "node:fs";
import { Compile } from "typebox/compile";
import { requireConsistent } from "./card-check.ts";
import { type Card, CardSchema } from "./card-schema.ts";

const validator = Compile(CardSchema);

/**
 * Reads a model card.
 * @throws {Error} when the file is missing, is not a model card, or contradicts itself.
 */
export function readCard(file: string): Card {
  const card: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!validator.Check(card)) {
    const [error] = validator.Errors(card);
    throw new Error(`${file} is not a model card: ${error?.instancePath || "it"} ${error?.message}.`);
  }
  requireConsistent(card, file);
  return card;
}
