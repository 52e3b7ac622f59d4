import type { Card, CardFeature } from "./card-schema.ts";

// A feature of such a name could not be told from a batch, from the tensor of all features, or from an object's own parts.
const RESERVED = ["data", "features", "__proto__"];

/**
 * Checks what a schema cannot say of a card.
 * @throws {Error} that names the file, the member, what it is, and what is allowed.
 */
export function requireConsistent(card: Card, file: string): void {
  const problem = problemOf(card);
  if (problem) throw new Error(`${file} is not a model card that can be served: ${problem}.`);
}

function problemOf({ features, classes, selfCheck }: Card): string | undefined {
  for (const [index, feature] of features.entries()) {
    const problem = featureProblem(feature);
    if (problem) return `features/${index} (${feature.name}) ${problem}`;
  }
  const twice = firstTwice(features.map(({ name }) => name));
  if (twice !== undefined) return `features has ${twice} twice`;
  const label = firstTwice(classes?.map((one) => one.label) ?? []);
  if (label !== undefined) return `classes has the label ${label} twice`;
  return selfCheckProblem(selfCheck, features, classes?.length ?? 2);
}

function featureProblem({ name, type, minimum, maximum, values = [], example }: CardFeature): string | undefined {
  if (RESERVED.includes(name)) return `has a name that requests use themselves: call it otherwise`;
  for (const bound of [minimum, maximum]) {
    if (!Number.isFinite(Math.fround(bound))) return `has the bound ${bound}, which a float32 cannot hold`;
  }
  if (minimum > maximum) return `has the minimum ${minimum}, which is above its maximum ${maximum}`;
  const wrong = [...values, ...(example === undefined ? [] : [example])].find(
    (value) => value < minimum || value > maximum || (type === "integer" && !Number.isInteger(value)),
  );
  if (wrong !== undefined) return `names the value ${wrong}, which is no ${type} from ${minimum} to ${maximum}`;
  if (example !== undefined && values.length > 0 && !values.includes(example)) {
    return `has the example ${example}, which is none of its values`;
  }
  return undefined;
}

function selfCheckProblem(
  { features: row, probability, probabilities }: Card["selfCheck"],
  features: Card["features"],
  classes: number,
): string | undefined {
  const unknown = Object.keys(row).find((name) => !features.some((feature) => feature.name === name));
  if (unknown !== undefined) return `selfCheck/features has ${unknown}, which is no feature`;
  for (const feature of features) {
    const value = row[feature.name];
    if (value === undefined) return `selfCheck/features lacks ${feature.name}`;
    const { minimum, maximum, type, values } = feature;
    const fits = value >= minimum && value <= maximum && (type === "number" || Number.isInteger(value));
    if (!fits || (values && !values.includes(value))) {
      return `selfCheck/features/${feature.name} is ${value}, which its feature does not take`;
    }
  }
  if (classes === 2) {
    return probability === undefined ? "selfCheck lacks probability, that of the second of two classes" : undefined;
  }
  if (probabilities?.length === classes) return undefined;
  return `selfCheck must have probabilities, one for each of the ${classes} classes`;
}

function firstTwice<Value>(values: readonly Value[]): Value | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
