import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Type from "typebox";
import { expect, it } from "vitest";
import { RELEASES } from "../../service/releases.ts";
import { createBatcher } from "../../service/src/batcher.ts";
import { readCard } from "../../service/src/card.ts";
import { loadModel } from "../../service/src/model.ts";
import { featuresSchema } from "../../service/src/schemas.ts";
import { signatureOf } from "../../service/src/signature.ts";
import { loadRelease, modelJson } from "./support/harness.ts";
import { promised } from "./support/promised.ts";

const MODEL_DIR = join(import.meta.dirname, "..", "..", "service", "model");

it("has a model and a card for each release and for nothing else", async () => {
  const files = await readdir(MODEL_DIR);
  const cards = RELEASES.map((release) => readCard(join(MODEL_DIR, `${release}.json`)));
  expect(cards.map(({ release }) => release)).toEqual(RELEASES);
  const wanted = [...RELEASES.map((release) => `${release}.json`), ...new Set(cards.map(({ onnx }) => onnx?.file))];
  expect(files.filter((name) => /^v\d+.*\.(json|onnx)$/.test(name)).sort()).toEqual(wanted.sort());
});

it.each(RELEASES)("%s: the schema allows exactly the codes of the card", (release) => {
  interface Coded {
    readonly features: { readonly name: string; readonly codes?: { readonly wire: number }[] }[];
  }
  const coded = (modelJson(`${release}.json`) as Coded).features.flatMap(({ name, codes }) =>
    codes ? [[name, codes.map(({ wire }) => wire)]] : [],
  );
  const allowed = Object.entries(
    featuresSchema(signatureOf(readCard(join(MODEL_DIR, `${release}.json`)))).properties,
  ).flatMap(([name, schema]) =>
    Type.IsInteger(schema) && "maximum" in schema
      ? [[name, Array.from({ length: Number(schema.maximum) + 1 }, (_, code) => code)]]
      : [],
  );
  expect(allowed).toEqual(coded);
});

it("refuses a model that is not the card's", async () => {
  const { card } = await loadRelease("v1");
  await expect(loadModel(join(MODEL_DIR, "v2.onnx"), card)).rejects.toThrow(/v2\.onnx has sha256 .* but its card says/);
});

it("refuses a card that is none", async () => {
  const dir = await mkdtemp(join(tmpdir(), "card-"));
  try {
    const file = join(dir, "card.json");
    await writeFile(file, '{"release":"v1","model":"m","modelVersion":""}');
    expect(() => readCard(file)).toThrow(/is not a model card/);
  } finally {
    await rm(dir, { recursive: true });
  }
});

it("never gives a probability that is not a number", async () => {
  const { model } = await loadRelease("v1");
  const predict = promised(createBatcher(model, { maxRunRows: 10, maxQueuedRows: 10 }).predict);
  const rows = { count: 1, writeTo: (target: Float32Array) => void target.fill(Number.NaN) };
  await expect(predict(rows)).rejects.toThrow("not finite");
});
