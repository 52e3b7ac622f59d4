import { describe, expect, it } from "vitest";
import { RELEASES } from "../../service/releases.ts";
import type { Prediction, Predictions } from "../../service/src/schemas.ts";
import {
  createTestApp,
  expected,
  FEATURE_NAMES,
  loadRelease,
  modelJson,
  patients,
  ROW_WIDTH,
} from "./support/harness.ts";

interface Parity {
  readonly parity: { readonly rows: number; readonly maxAbsDifference: number; readonly bound: number };
  readonly features: { readonly name: string }[];
}

const SOUND = RELEASES.filter((release) => release !== "v3-broken");

describe.each(SOUND)("%s against scikit-learn", (release) => {
  const { parity, features } = modelJson(`${release}.json`) as Parity;
  const theirs = expected.releases[release];

  function compare(answers: readonly { prediction: number; probability: number }[]) {
    expect(answers.map(({ prediction }) => prediction)).toEqual(theirs?.prediction);
    const differences = answers.map(({ probability }, row) => Math.abs(probability - Number(theirs?.probability[row])));
    expect(Math.max(...differences)).toBeLessThanOrEqual(parity.bound);
  }

  it("has a card that is about these rows, these features and a small bound", () => {
    expect(parity.rows).toBe(303);
    expect(patients).toHaveLength(303);
    expect(parity.maxAbsDifference).toBeLessThan(parity.bound);
    expect(parity.bound).toBeLessThanOrEqual(1e-5);
    expect(features.map(({ name }) => name)).toEqual(FEATURE_NAMES);
    expect(expected.features).toEqual(FEATURE_NAMES);
  });

  it("answers every row alike, one by one", async () => {
    const { post } = await createTestApp({ release });
    const answers: Prediction[] = [];
    for (const row of patients) answers.push((await post("/predict_single/", row)).json());
    compare(answers);
  });

  it("answers every row alike, in one batch", async () => {
    const { post } = await createTestApp({ release });
    compare((await post("/predict_batch/", { data: patients })).json<Predictions>().predictions);
  });

  it("answers every row by the same bytes, whoever asks beside it", async () => {
    const { model } = await loadRelease(release);
    const input = Float32Array.from(expected.rows.flat());
    const run = (first: number, count: number) => {
      const { probabilities } = model.run(input.slice(first * ROW_WIDTH, (first + count) * ROW_WIDTH), count);
      expect(probabilities).toHaveLength(count);
      return [...probabilities];
    };
    const alone: number[] = [];
    for (let row = 0; row < patients.length; row += 1) alone.push(...run(row, 1));
    // Kernels take rows by fours, twelves or sixteens, and what is left by fewer.
    for (const count of [...Array.from({ length: 40 }, (_, index) => index + 2), 100, 303]) {
      for (let first = 0; first + count <= patients.length; first += count) {
        expect(run(first, count)).toEqual(alone.slice(first, first + count));
      }
    }
  });

  it("answers every row alike, all at once as requests of their own", async () => {
    const { post } = await createTestApp({ release });
    const answers = await Promise.all(patients.map((row) => post("/predict", row)));
    compare(answers.map((answer) => answer.json<Prediction>()));
  });
});

it("takes 1000 rows of floats of full length on indented lines, as pandas writes them", async () => {
  const { post } = await createTestApp();
  const data = Array.from({ length: 1_000 }, (_, index) => ({
    ...patients[index % patients.length],
    ...{ age: 63 + 1 / 3, trestbps: 145 + 1 / 3, chol: 233 + 1 / 3, thalach: 150 + 1 / 3, oldpeak: -1 / 3 },
  }));
  // All of its numbers are floats, also those of the codes.
  const body = JSON.stringify({ data }, null, "    ").replaceAll(/(": \d+)(,?\s)/g, "$1.0000000000000000$2");
  expect(body.length / 1_000).toBeGreaterThan(519);
  const answer = await post("/predict", body);
  expect(answer.statusCode, answer.body.slice(0, 200)).toBe(200);
  expect(answer.json()).toEqual((await post("/predict", { data })).json());
});

it("has releases that differ", () => {
  expect(Object.keys(expected.releases)).toEqual(SOUND);
  expect(expected.releases.v1?.probability).not.toEqual(expected.releases.v2?.probability);
});
