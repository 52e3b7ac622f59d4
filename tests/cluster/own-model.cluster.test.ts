import { afterAll, expect, test } from "vitest";
import { namedRows, theirAnswers } from "../service/support/own-models.ts";
import { lab } from "./support/lab.ts";

// A model of other people's data, by the command of docs/own-model.md; what scikit-learn says of each row lies beside it.
const stack = "pod";
const model = "breast-cancer";
/** Rounding in float32 differs by less; two models of one task would differ by more. */
const TOLERANCE = 1e-6;

interface Answers {
  readonly predictions: readonly { readonly prediction: number; readonly probability: number }[];
}

afterAll(async () => {
  const { exitCode, all } = await lab("down", stack);
  expect(exitCode, all).toBe(0);
});

test("a stack with a model of one's own answers every row as scikit-learn does", async () => {
  const theirs = theirAnswers(model);
  const up = await lab("up", stack, "--modelDir", `examples/own-model/${model}`);
  expect(up.exitCode, up.all).toBe(0);
  expect(up.all).toMatch(/^prediction \d, (benign|malignant) \(probability of the second class: [\d.]+\), by pod /m);

  const address = /^url +(http\S+)\/predict$/m.exec(up.all)?.[1];
  const response = await fetch(`${address}/predict_batch/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: namedRows(theirs) }),
  });
  const { predictions } = (await response.json()) as Answers;
  expect(predictions.map(({ prediction }) => prediction)).toEqual(theirs.prediction);
  const differences = predictions.map(({ probability }, row) => probability - Number(theirs.probabilities[row]?.[1]));
  expect(differences).toHaveLength(theirs.rows.length);
  expect(Math.max(...differences.map(Math.abs))).toBeLessThan(TOLERANCE);
});
