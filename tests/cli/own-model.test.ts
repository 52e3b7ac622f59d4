import { expect, test } from "vitest";
import { exampleRow, refuseOwnModel } from "../../cli/own-model.ts";
import { ownPredictionText } from "../../cli/service.ts";

test("a model of one's own is asked for its card's example", () => {
  const row = exampleRow({ release: "v1", modelDir: "examples/own-model/wine" });
  expect(Object.keys(row ?? {})).toHaveLength(13);
  expect(row).toMatchObject({ flavanoids: expect.any(Number) });
  expect(exampleRow({ release: "v1" })).toBeUndefined();
});

test("an observation of one is refused with the next step", () => {
  refuseOwnModel({ stack: "rolling" });
  expect(() => refuseOwnModel({ stack: "rolling", modelDir: "models" })).toThrow(
    'config modelDir: got "models", allowed: none while a stack is observed',
  );
  expect(() => refuseOwnModel({ stack: "rolling", modelDir: "models" })).toThrow(
    "pulumi config rm modelDir --stack rolling",
  );
});

test.each([
  [
    { class: "benign", probability: 0.98765 },
    "prediction 1, benign (probability of the second class: 0.9877), by pod p",
  ],
  [
    { probability: Number.NaN, probabilities: [0, 0.25, 0.75] },
    "prediction 1 (probabilities: 0.0000, 0.2500, 0.7500), by pod p",
  ],
])("a prediction of one says what the card says: %j", (own, text) => {
  const answer = { prediction: 1, release: "v1", modelVersion: "1", pod: "p", elapsedMs: 2, ...own };
  expect(ownPredictionText(answer)).toBe(`${text}, release v1, model 1, in 2.0 ms`);
});
