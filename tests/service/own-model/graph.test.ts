import { describe, expect, it } from "vitest";
import type { Card } from "../../../service/src/card-schema.ts";
import { type GraphValue, requireGraph } from "../../../service/src/graph.ts";

const FLOAT = 1;
const INT64 = 7;
const STRING = 8;
const DOUBLE = 11;

const value = (name: string, type: number, ...shape: number[]): GraphValue => ({ name, isTensor: true, type, shape });
const input = value("X", FLOAT, -1, 2);
const label = value("label", INT64, -1);
const probabilities = value("probabilities", FLOAT, -1, 2);

const card: Card = {
  model: "m",
  modelVersion: "1",
  features: [
    { name: "a", type: "number", minimum: 0, maximum: 1 },
    { name: "b", type: "number", minimum: 0, maximum: 1 },
  ],
  selfCheck: { features: { a: 0, b: 0 }, probability: 0.5, tolerance: 0.1 },
};
const three = { ...card, classes: [{ label: 0 }, { label: 1 }, { label: 2 }] };
const named = {
  ...card,
  onnx: { input: { name: "in" }, outputs: [{ name: "y" }, { name: "p" }] as [{ name: string }, { name: string }] },
};

describe("a graph that is served", () => {
  it.each([
    [
      "as skl2onnx exports it",
      [input],
      [label, probabilities],
      card,
      { input: "X", probability: "probabilities", both: true },
    ],
    [
      "with one probability",
      [input],
      [label, value("probability", FLOAT, -1)],
      card,
      { probability: "probability", both: false },
    ],
    ["of three classes", [input], [label, value("probabilities", FLOAT, -1, 3)], three, { both: false }],
    [
      "of unknown width",
      [value("X", FLOAT, -1, -1)],
      [label, value("probabilities", FLOAT, -1, -1)],
      card,
      { both: true },
    ],
    [
      "with names of its own",
      [value("in", FLOAT, -1, 2)],
      [value("p", FLOAT, -1, 2), value("y", INT64, -1), value("more", STRING)],
      named,
      { input: "in", label: "y", probability: "p" },
    ],
  ])("%s", (_case, inputs, outputs, of, names) => {
    expect(requireGraph({ inputs, outputs }, of as Card, "model.onnx")).toMatchObject(names);
  });
});

describe("a graph that is refused", () => {
  it.each([
    [
      [value("X", DOUBLE, -1, 2)],
      [label, probabilities],
      card,
      "its input X is float64 [n, 2], allowed: float32 [n, 2]",
    ],
    [
      [value("X", FLOAT, -1)],
      [label, probabilities],
      card,
      "its input X is float32 [n], which has another rank than float32 [n, 2]",
    ],
    [[value("X", FLOAT, -1, 3, 2)], [label, probabilities], card, "which has another rank"],
    [
      [value("X", FLOAT, 1, 2)],
      [label, probabilities],
      card,
      "its input X is float32 [1, 2]: the number of rows must not be fixed",
    ],
    [
      [value("X", FLOAT, -1, 3)],
      [label, probabilities],
      card,
      "its input X is float32 [n, 3], but the card has 2 features",
    ],
    [
      [value("a", FLOAT, -1, 1), value("b", FLOAT, -1, 1)],
      [label, probabilities],
      card,
      "it has the inputs a, b, allowed: one float32 tensor",
    ],
    [[input], [label, probabilities], named, "its inputs are X, but onnx.input.name of the card is in"],
    [
      [input],
      [probabilities],
      card,
      "its outputs are probabilities, but one of label named label or output_label is needed",
    ],
    [
      [input],
      [label],
      card,
      "its outputs are label, but one of probability named probability or probabilities or output_probability",
    ],
    [
      [input],
      [value("label", STRING, -1), probabilities],
      card,
      "its output label is string [n], allowed: int64 [n]; train on whole numbers",
    ],
    [
      [input],
      [label, { name: "output_probability", isTensor: false }],
      card,
      "is no tensor, allowed: float32 [n, 2]; export it without ZipMap",
    ],
    [[input], [label, value("probabilities", FLOAT, -1, 3)], card, "is float32 [n, 3], but the card has 2 classes"],
    [[input], [label, value("probability", FLOAT, -1)], three, "is float32 [n], but the card has 3 classes"],
  ])("%j, %j", (inputs, outputs, of, message) => {
    expect(() => requireGraph({ inputs, outputs }, of as Card, "model.onnx")).toThrow(`model.onnx cannot be served: `);
    expect(() => requireGraph({ inputs, outputs }, of as Card, "model.onnx")).toThrow(message);
  });
});
