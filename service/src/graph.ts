import type { Card } from "./card-schema.ts";

/** An input or output of a graph, as ONNX Runtime tells of it: -1 in its shape stands for any number. */
export interface GraphValue {
  readonly name: string;
  readonly isTensor: boolean;
  /** A number of ONNX's TensorProto.DataType. */
  readonly type?: number;
  readonly shape?: readonly number[];
}

/** A graph's inputs and outputs. */
export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}

/** The tensors of a graph that the service uses. */
export interface TensorNames {
  readonly input: string;
  readonly label: string;
  readonly probability: string;
  /** Whether rows have the probabilities of both of two classes. */
  readonly both: boolean;
}

const FLOAT = 1;
const INT64 = 7;
// By https://onnx.ai/onnx/repo-docs/IR.html and onnx.proto, TensorProto.DataType.
const TYPES: readonly (string | undefined)[] = [
  ...["undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16"],
  ...["float64", "uint32", "uint64"],
];
// Names that skl2onnx and our own trainer give.
const LABELS = ["label", "output_label"];
const PROBABILITIES = ["probability", "probabilities", "output_probability"];

/**
 * Checks that a graph is a classifier that the service can serve, and the one that its card tells of.
 * @throws {Error} that names the file, the tensor, what it is, and what is allowed.
 */
export function requireGraph({ inputs, outputs }: Graph, card: Card, file: string): TensorNames {
  const fail = (problem: string): never => {
    throw new Error(`${file} cannot be served: ${problem}.`);
  };
  const width = card.features.length;
  const classes = card.classes?.length ?? 2;

  const inputName = card.onnx?.input?.name;
  const [labelName, probabilityName] = card.onnx?.outputs?.map(({ name }) => name) ?? [];
  const names = inputs.map(({ name }) => name).join(", ");
  const input = inputName === undefined ? inputs[0] : inputs.find(({ name }) => name === inputName);
  if (!input) return fail(`its inputs are ${names}, but onnx.input.name of the card is ${inputName}`);
  if (inputs.length > 1) {
    return fail(
      `it has the inputs ${names}, allowed: one float32 tensor [n, ${width}] of all features; export it as one`,
    );
  }
  const wanted = `float32 [n, ${width}]`;
  if (!isTensor(input, FLOAT)) return fail(`its input ${input.name} is ${describe(input)}, allowed: ${wanted}`);
  const [rows = 0, columns = 0, ...more] = input.shape ?? [];
  if (input.shape?.length !== 2 || more.length > 0) {
    return fail(`its input ${input.name} is ${describe(input)}, which has another rank than ${wanted}`);
  }
  if (rows >= 0) return fail(`its input ${input.name} is ${describe(input)}: the number of rows must not be fixed`);
  if (columns >= 0 && columns !== width) {
    return fail(`its input ${input.name} is ${describe(input)}, but the card has ${width} features`);
  }

  const find = (what: string, name: string | undefined, usual: readonly string[]): GraphValue => {
    const found = outputs.find((output) => (name === undefined ? usual.includes(output.name) : output.name === name));
    const has = outputs.map((output) => output.name).join(", ");
    return (
      found ??
      fail(
        `its outputs are ${has}, but one of ${what} named ${name ?? usual.join(" or ")} is needed: name both as onnx.outputs of the card`,
      )
    );
  };
  const label = find("label", labelName, LABELS);
  if (!isTensor(label, INT64) || label.shape?.length !== 1) {
    const advice = "train on whole numbers, and name the classes in the card";
    return fail(`its output ${label.name} is ${describe(label)}, allowed: int64 [n]; ${advice}`);
  }
  const probability = find("probability", probabilityName, PROBABILITIES);
  const shape = probability.shape ?? [];
  if (!isTensor(probability, FLOAT)) {
    const advice = "export it without ZipMap: options={'zipmap': False}";
    return fail(
      `its output ${probability.name} is ${describe(probability)}, allowed: float32 [n, ${classes}]; ${advice}`,
    );
  }
  const fits =
    (shape.length === 1 && classes === 2) || (shape.length === 2 && (Number(shape[1]) < 0 || shape[1] === classes));
  if (!fits) {
    return fail(`its output ${probability.name} is ${describe(probability)}, but the card has ${classes} classes`);
  }
  const both = classes === 2 && shape.length === 2;
  return { input: input.name, label: label.name, probability: probability.name, both };
}

function isTensor({ isTensor: is, type }: GraphValue, wanted: number): boolean {
  return is && type === wanted;
}

/** Such as `float32 [n, 13]`. */
function describe({ isTensor: is, type = 0, shape = [] }: GraphValue): string {
  if (!is) return "no tensor";
  return `${TYPES[type] ?? `type ${type}`} [${shape.map((length) => (length < 0 ? "n" : length)).join(", ")}]`;
}
