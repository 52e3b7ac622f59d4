import { describe, expect, test } from "vitest";
import { type BodyForm, createRowsReader, type ReadRows } from "../../../service/src/bodies/rows-reader.ts";
import { check } from "../../../service/src/plugins/validation.ts";
import type { Features } from "../../../service/src/schemas.ts";
import {
  createTestApp,
  FEATURE_NAMES,
  FeaturesSchema,
  heartBatchSchema,
  patient,
  patients,
  ROW_WIDTH,
  signature,
} from "../support/harness.ts";

const MAX_ROWS = 5;
const read = createRowsReader(signature.columns, MAX_ROWS);
const checks = { single: check(FeaturesSchema), batch: check(heartBatchSchema(MAX_ROWS)) };
const bytes = (text: string) => Buffer.from(text);
const one = JSON.stringify(patients[0]);
const few = JSON.stringify({ data: patients.slice(0, 3) });

function numbersOf(rows: ReadRows): number[] {
  const target = new Float32Array(rows.count * ROW_WIDTH);
  rows.writeTo(target, 0);
  return [...target];
}

/** What JSON.parse and the schemas make of a text; nothing when it is not right. */
function slowly(text: string, form: "single" | "batch"): number[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if ("error" in checks[form](body)) return undefined;
  const data = form === "single" ? [body as Features] : (body as { data: Features[] }).data;
  return data.flatMap((features) => FEATURE_NAMES.map((name) => Math.fround(Number(features[name]))));
}

describe("what it reads", () => {
  test.each([
    ["as JavaScript writes it", JSON.stringify],
    ["as Python writes it", (value: unknown) => JSON.stringify(value).replaceAll(":", ": ").replaceAll(",", ", ")],
    ["indented", (value: unknown) => `\r\n${JSON.stringify(value, undefined, "\t")}\n `],
  ])("a batch and a single patient, %s", (_, write) => {
    for (const [form, value] of [
      ["single", patients[0]],
      ["batch", { data: patients.slice(0, MAX_ROWS) }],
    ] as const) {
      const text = write(value);
      const rows = read(bytes(text), form);
      expect(rows?.batch).toBe(form === "batch");
      expect(rows && numbersOf(rows)).toEqual(slowly(text, form));
      expect(read(bytes(text), "either")?.batch).toBe(form === "batch");
    }
  });

  test.each(["0", "-0", "2.3", "-2.3", "1.0", "0.1", "19.99999999999", "0.30000000000001", "-19.9999999999999", "6.2"])(
    "the number %s exactly as JSON.parse does",
    (number) => {
      const text = one.replace(/"oldpeak":[^,]+/, `"oldpeak":${number}`);
      const rows = read(bytes(text), "single");
      expect(rows && numbersOf(rows)).toEqual(slowly(text, "single"));
      expect(rows).toBeDefined();
    },
  );

  test("keeps nothing of one body for the next", () => {
    const first = read(bytes(few), "batch");
    const before = first && numbersOf(first);
    read(bytes(JSON.stringify({ data: patients.slice(10, 15) })), "batch");
    expect(first && numbersOf(first)).toEqual(before);
  });
});

describe("what it leaves to JSON.parse and the schemas", () => {
  test.each([
    ["another order", JSON.stringify(Object.fromEntries(Object.entries(patients[0] as Features).reverse())), "single"],
    ["an exponent", one.replace(/"oldpeak":[^,]+/, '"oldpeak":23e-1'), "single"],
    ["more digits than are exact", one.replace(/"oldpeak":[^,]+/, '"oldpeak":2.3000000000000001'), "single"],
    ["an escaped name", one.replace('"age"', '"\\u0061ge"'), "single"],
    ["a later name that counts", one.replace('"age":', '"age":1,"age":'), "single"],
  ] as const)("%s, which is right", (_, text, form) => {
    expect(slowly(text, form)).toBeDefined();
    expect(read(bytes(text), form)).toBeUndefined();
  });

  test.each([
    ["nothing", ""],
    ["a start", one.slice(0, 40)],
    ["all but the end", one.slice(0, -1)],
    ["something behind", `${one}]`],
    ["a leading zero", one.replace(/"age":/, '"age":0')],
    ["a plus", one.replace(/"age":/, '"age":+')],
    ["a bare point", one.replace(/"age":\d+/, '"age":63.')],
    ["no digit before the point", one.replace(/"age":\d+/, '"age":.5')],
    ["a minus alone", one.replace(/"age":\d+/, '"age":-')],
    ["a fraction where a code belongs", one.replace(/"sex":\d/, '"sex":0.5')],
    ["too much", one.replace(/"age":\d+/, '"age":131')],
    ["too little", one.replace(/"chol":\d+/, '"chol":19')],
    ["a text", one.replace(/"age":(\d+)/, '"age":"$1"')],
    ["null", one.replace(/"age":\d+/, '"age":null')],
    ["a trailing comma", one.replace(/\}$/, ",}")],
    ["an unknown field", one.replace(/\}$/, ',"more":1}')],
    ["a missing field", one.replace(/,"thal":\d/, "")],
    ["a control byte between tokens", one.replace(",", ",\u0001")],
    ["a batch", few],
  ])("%s, which is wrong", (_, text) => {
    expect(slowly(text, "single")).toBeUndefined();
    expect(read(bytes(text), "single")).toBeUndefined();
  });

  test.each([
    ["no rows", '{"data":[]}'],
    ["too many rows", JSON.stringify({ data: patients.slice(0, MAX_ROWS + 1) })],
    ["an unknown member", few.replace(/\}$/, ',"more":1}')],
    ["a trailing comma", few.replace("]", ",]")],
    ["a single patient", one],
  ])("a batch of %s", (_, text) => {
    expect(slowly(text, "batch")).toBeUndefined();
    expect(read(bytes(text), "batch")).toBeUndefined();
  });
});

test("whatever byte of a body is changed, it reads what JSON.parse and the schemas make of it, or leaves it", () => {
  const forms: readonly [Exclude<BodyForm, "either">, string][] = [
    ["single", one],
    ["batch", few],
  ];
  let readable = 0;
  for (const [form, text] of forms) {
    for (let place = 0; place < text.length; place += 1) {
      for (const instead of ["", " ", "0", "9", "-", ".", "e", '"', ",", ":", "{", "}", "[", "]", "\\", "ü"]) {
        const changed = text.slice(0, place) + instead + text.slice(place + 1);
        const rows = read(bytes(changed), form);
        if (!rows) continue;
        readable += 1;
        expect(numbersOf(rows), changed).toEqual(slowly(changed, form));
      }
    }
  }
  expect(readable).toBeGreaterThan(100);
});

test("answers are the same either way", async () => {
  const { app, post } = await createTestApp();
  const turned = (features: Features) => Object.fromEntries(Object.entries(features).reverse());
  for (const [path, body, other] of [
    ["/predict_single/", patients[7], turned(patients[7] as Features)],
    ["/predict_batch/", { data: patients.slice(0, 50) }, { data: patients.slice(0, 50).map(turned) }],
    ["/predict", patients[7], turned(patients[7] as Features)],
    ["/predict", { data: patients.slice(0, 50) }, { data: patients.slice(0, 50).map(turned) }],
  ] as const) {
    const [quick, slow] = await Promise.all([post(path, body), post(path, other)]);
    expect(quick.statusCode).toBe(200);
    expect(quick.json()).toEqual(slow.json());
  }
  expect((await post("/predict_single/", { data: [patient()] })).statusCode).toBe(400);
  expect((await post("/predict_batch/", patient())).statusCode).toBe(400);
  await app.close();
});
