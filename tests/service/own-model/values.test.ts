import { expect, it } from "vitest";
import { createRowsReader } from "../../../service/src/bodies/rows-reader.ts";
import { check } from "../../../service/src/plugins/validation.ts";
import { featuresSchema } from "../../../service/src/schemas.ts";
import { signatureOf } from "../../../service/src/signature.ts";
import { createDecoder } from "../../../service/src/v2/decode.ts";

// A feature may take some values of a range only; all three ways by which rows come in have to agree on them.
const { columns } = signatureOf({
  model: "coded",
  modelVersion: "1",
  features: [
    {
      name: "grade",
      type: "integer",
      minimum: 1,
      maximum: 9,
      values: [1, 3, 9],
      description: "of pain",
      unit: "points",
    },
    { name: "dose in mg", type: "number", minimum: 0, maximum: 10, values: [0, 2.5, 10] },
  ],
  selfCheck: { features: { grade: 3, "dose in mg": 2.5 }, probability: 0.5, tolerance: 0.1 },
});

const schema = featuresSchema({ columns });
const read = createRowsReader(columns, 5);
const decode = createDecoder({ columns }, 5);

const taken = (work: () => unknown): boolean => {
  try {
    return work() !== undefined;
  } catch {
    return false;
  }
};

it.each([
  [{ grade: 3, "dose in mg": 2.5 }, true],
  [{ grade: 9, "dose in mg": 0 }, true],
  [{ grade: 2, "dose in mg": 2.5 }, false],
  [{ grade: 3, "dose in mg": 2.6 }, false],
  [{ grade: 10, "dose in mg": 0 }, false],
])("%j: %s", (row, fits) => {
  expect(read(Buffer.from(JSON.stringify(row)), "single") !== undefined).toBe(fits);
  expect("value" in check(schema)(row)).toBe(fits);
  const input = { name: "features" as const, datatype: "FP64" as const, shape: [1, 2], data: Object.values(row) };
  expect(taken(() => decode({ inputs: [input] }, new Uint8Array()))).toBe(fits);
});

it("says which values there are", () => {
  const input = { name: "features" as const, datatype: "FP32" as const, shape: [1, 2], data: [2, 0] };
  expect(() => decode({ inputs: [input] }, new Uint8Array())).toThrow(
    "#/inputs/0/data: grade of row 0 must be one of 1, 3, 9, not 2.",
  );
  expect(schema.properties.grade).toMatchObject({ enum: [1, 3, 9], description: "of pain, in points", examples: [3] });
});
