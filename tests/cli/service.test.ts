import { describe, expect, test } from "vitest";
import { eventually, predictionText } from "../../cli/service.ts";

test.each([
  [
    0,
    "prediction 0: no heart disease (probability of heart disease: 0.1412), by pod p, release v1, model 1.0.0, in 8.6 ms from URL",
  ],
  [
    1,
    "prediction 1: heart disease (probability of heart disease: 0.1412), by pod p, release v1, model 1.0.0, in 8.6 ms from URL",
  ],
])("a prediction of class %i says what it means", (prediction, text) => {
  const answer = { prediction, probability: 0.14121, release: "v1", modelVersion: "1.0.0", pod: "p", elapsedMs: 8.58 };
  expect(predictionText(answer, "URL")).toBe(text);
});

describe("a check that is tried for some time", () => {
  test("is over as soon as it holds", async () => {
    let asked = 0;
    expect(await eventually(async () => ++asked === 3)).toBe(true);
    expect(asked).toBe(3);
  });

  test("is given up, and what it waits for in vain counts as well", async () => {
    let asked = 0;
    const silent = () => new Promise<boolean>((resolve) => setTimeout(resolve, 30, false));
    expect(
      await eventually(() => {
        asked += 1;
        return silent();
      }, 20),
    ).toBe(false);
    expect(asked).toBe(1);
  });
});
