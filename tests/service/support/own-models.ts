import { readFileSync } from "node:fs";
import { join } from "node:path";

/** scikit-learn's own answers, as examples/own-model/train.py wrote them. */
export interface Theirs {
  readonly features: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly prediction: readonly number[];
  /** Of each class, by row. */
  readonly probabilities: readonly (readonly number[])[];
  readonly maxAbsDifference: number;
}

/** The folder of an example of somebody else's model. */
export const ownModelFolder = (name: string): string =>
  join(import.meta.dirname, "..", "..", "..", "examples", "own-model", name);

export const theirAnswers = (name: string): Theirs =>
  JSON.parse(readFileSync(join(ownModelFolder(name), "expected.json"), "utf8"));

/** The rows as requests have them: values by feature. */
export const namedRows = ({ features, rows }: Theirs): Readonly<Record<string, number | undefined>>[] =>
  rows.map((row) => Object.fromEntries(features.map((feature, at) => [feature, row[at]])));
