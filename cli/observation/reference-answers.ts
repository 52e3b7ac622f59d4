import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReferenceAnswers } from "../../observer/load/answers.ts";

interface Expected {
  readonly features: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly releases: Readonly<
    Record<string, { readonly prediction: readonly number[]; readonly probability: readonly number[] }>
  >;
}

/** Reads scikit-learn's answers to every row of the models' data, and how far each release may differ from them. */
export async function referenceAnswers(project: string): Promise<ReferenceAnswers> {
  const read = async <T>(name: string) =>
    JSON.parse(await readFile(join(project, "service", "model", name), "utf8")) as T;
  const { features, rows, releases } = await read<Expected>("expected.json");
  const withBounds = Object.entries(releases).map(async ([release, answers]) => {
    const card = await read<{ readonly parity: { readonly bound: number } }>(`${release}.json`);
    return [release, { ...answers, bound: card.parity.bound }] as const;
  });
  return {
    bodies: rows.map((row) => JSON.stringify(Object.fromEntries(features.map((name, index) => [name, row[index]])))),
    releases: Object.fromEntries(await Promise.all(withBounds)),
  };
}
