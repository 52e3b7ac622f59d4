import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { lab, project } from "./support/lab.ts";

// Models of other people's data, by the commands of docs/own-model.md; what scikit-learn says of each row lies beside them.
const stack = "pod";
const folder = "examples/own-model";
/** Rounding in float32 differs by less; the two models of a task would differ by more. */
const TOLERANCE = 1e-6;

interface Theirs {
  readonly features: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly prediction: readonly number[];
  /** Of all classes, by row. */
  readonly probabilities: readonly (readonly number[])[];
}

interface Answer {
  readonly prediction: number;
  readonly class: string;
  readonly probability?: number;
  readonly probabilities?: readonly number[];
}

afterAll(async () => {
  const { exitCode, all } = await lab("down", stack);
  expect(exitCode, all).toBe(0);
});

/** Deploys a model, and resolves with what `bin/lab up` printed and the address of the service. */
async function serve(name: string): Promise<{ readonly said: string; readonly address: string }> {
  const { exitCode, all } = await lab("up", stack, "--modelDir", join(folder, name));
  expect(exitCode, all).toBe(0);
  return { said: all, address: /^url +(http\S+)\/predict$/m.exec(all)?.[1] ?? "" };
}

describe("a model of one's own as a stack", { concurrent: false }, () => {
  test.each([
    ["wine", /prediction \d, class_\d \(probabilities: [\d., ]+\), by pod online-inference, release v1, model /],
    ["breast-cancer", /prediction \d, \w+ \(probability of the second class: [\d.]+\), by pod online-inference, /],
  ])("%s answers every row as scikit-learn does", async (name, prediction) => {
    const theirs: Theirs = JSON.parse(await readFile(join(project, folder, name, "expected.json"), "utf8"));
    const { said, address } = await serve(name);
    expect(said).toMatch(prediction);
    const data = theirs.rows.map((row) => Object.fromEntries(theirs.features.map((key, index) => [key, row[index]])));
    const response = await fetch(`${address}/predict_batch/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data }),
    });
    const { predictions } = (await response.json()) as { readonly predictions: readonly Answer[] };
    expect(predictions.map((answer) => answer.prediction)).toEqual(theirs.prediction);
    for (const [row, { probability, probabilities }] of predictions.entries()) {
      const wanted = theirs.probabilities[row] ?? [];
      const got = probabilities ?? [1 - (probability ?? Number.NaN), probability];
      expect(got).toHaveLength(wanted.length);
      for (const [index, value] of got.entries()) {
        expect(Math.abs((value ?? Number.NaN) - (wanted[index] ?? Number.NaN))).toBeLessThan(TOLERANCE);
      }
    }
  });

  test("is not observed, since the lab knows no answers of it", async () => {
    const { exitCode, all } = await lab("observe", stack, "--modelDir", join(folder, "wine"), "--yes");
    expect(all).toMatch(/config modelDir: got .* allowed: none while a stack is observed/);
    expect(exitCode).toBe(2);
  });
});
