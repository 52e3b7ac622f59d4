import { Compile } from "typebox/compile";
import { expect, it } from "vitest";
import { check } from "../../../service/src/plugins/validation.ts";
import { inferRequestSchema } from "../../../service/src/v2/schemas.ts";
import { FEATURE_NAMES, FeaturesSchema, heartBatchSchema, patient, signature } from "../support/harness.ts";

const schemas = {
  patient: FeaturesSchema,
  batch: heartBatchSchema(3),
  request: inferRequestSchema("model", signature),
};
const validators = {
  patient: Compile(schemas.patient),
  batch: Compile(schemas.batch),
  request: Compile(schemas.request),
};
const checks = { patient: check(schemas.patient), batch: check(schemas.batch), request: check(schemas.request) };
type Kind = keyof typeof schemas;

const input = { name: "features", shape: [1, 13], datatype: "FP32", data: [], parameters: { a: 1 } };
const right: readonly [Kind, unknown][] = [
  ["patient", patient()],
  ["batch", { data: [patient(), patient()] }],
  [
    "request",
    {
      id: "1",
      model_name: "model",
      parameters: { a: "b" },
      inputs: [input],
      outputs: [{ name: "label", parameters: {} }],
    },
  ],
];
const anything = [null, true, 0.5, -1, 1e9, "", "text", [], {}, [1, {}], { a: [1] }, ["", null]];

/** A value with one part replaced by anything, left out, or beside something unknown, at each place in turn. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* anything;
  if (Array.isArray(value)) {
    yield [...value, ...value, ...value, ...value];
    for (const [index, item] of value.entries()) for (const other of spoilt(item)) yield value.with(index, other);
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, unknown: 1, "a/b~": {} };
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const other of spoilt(member)) yield { ...rest, [name]: other };
    }
  }
}

const cases = right.flatMap(([kind, value]) => [value, ...spoilt(value)].map((each) => [kind, each] as const));

it(`finds fault with whatever TypeBox does, and at the same places, in ${cases.length} cases`, () => {
  expect(cases.length).toBeGreaterThan(500);
  for (const [kind, value] of cases) {
    const checked = checks[kind](value);
    const errors = validators[kind].Errors(value);
    expect("error" in checked, JSON.stringify(value)).toBe(errors.length > 0);
    if (!("error" in checked)) continue;
    const places = new Set(checked.error.errors?.map(({ pointer }) => pointer));
    expect(places.size, JSON.stringify(value)).toBeGreaterThan(0);
    for (const { keyword, instancePath, params } of errors) {
      // Told by the members themselves; those of a list that is too long are not looked at.
      if (keyword === "additionalProperties" || errors.some((error) => error.keyword === "maxItems")) continue;
      // A value where null would stand for an absent one is told what is wrong with it, not that it is neither.
      if (keyword === "anyOf" || ("type" in params && params.type === "null")) continue;
      const missing = keyword === "required" && "requiredProperties" in params ? params.requiredProperties : undefined;
      for (const path of missing?.map((name) => `${instancePath}/${name}`) ?? [instancePath]) {
        expect([...places], JSON.stringify(value)).toContain(`#${encodeURI(path)}`);
      }
    }
  }
});

it("says of a single value what TypeBox says", () => {
  for (const name of FEATURE_NAMES) {
    for (const value of anything) {
      const checked = checks.patient(patient({ [name]: value }));
      const expected = validators.patient.Errors(patient({ [name]: value })).map(({ message }) => message);
      const told = "error" in checked ? checked.error.errors?.map(({ detail }) => detail) : [];
      expect(told).toEqual(expected);
    }
  }
});

it("names what is wrong only in the last of many", () => {
  const many = check(heartBatchSchema(5_000));
  const data = Array.from({ length: 5_000 }, (_, index) => patient(index === 4_999 ? { age: 131 } : {}));
  expect(many({ data })).toMatchObject({
    error: { errors: [{ pointer: "#/data/4999/age", detail: "must be <= 130" }] },
  });
});
