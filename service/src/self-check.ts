import type { Card } from "./card.ts";
import type { Model } from "./model.ts";
import { FEATURE_NAMES } from "./schemas.ts";

/** Asks the model for the one answer that its card knows; gives what is wrong, or undefined when they agree. */
export async function selfCheck(model: Model, { modelVersion, selfCheck: wanted }: Card): Promise<string | undefined> {
  const row = Float32Array.from(FEATURE_NAMES, (name) => wanted.features[name]);
  const got = Number((await model.run(row, 1)).probabilities[0]);
  if (Math.abs(got - wanted.probability) <= wanted.tolerance) return undefined;
  const [says, should] = [got, wanted.probability].map((probability) => probability.toFixed(4));
  return `model ${modelVersion} says ${says} for the check row of its card, the card says ${should}`;
}
