import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { start, startReady, useBundle } from "../support/process-harness.ts";

const WINE = join(import.meta.dirname, "..", "..", "..", "examples", "own-model", "wine");

useBundle("v1");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "own-model-"));
  await cp(WINE, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function changeCard(change: (card: Record<string, unknown>) => object): Promise<void> {
  const file = join(folder, "card.json");
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, "utf8")))));
}

it("serves the model of a folder, under the release that it is told", async () => {
  const { url } = await startReady({ MODEL_DIR: folder, RELEASE: "v7" });
  const { features } = JSON.parse(await readFile(join(folder, "card.json"), "utf8")).selfCheck;
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/predict`, { method: "POST", headers, body: JSON.stringify(features) });
  expect(await answer.json()).toMatchObject({ prediction: 0, class: "class_0", release: "v7", modelVersion: "1.0.0" });
});

it.each([
  ["no release", () => ({}), {}, /^card\.json has no release: add one, or set the environment variable RELEASE\.\n$/],
  [
    "another model's card",
    (card: Record<string, unknown>) => ({ ...card, features: (card.features as object[]).slice(1), onnx: undefined }),
    { RELEASE: "v7" },
    /card\.json is not a model card that can be served: selfCheck\/features has alcohol, which is no feature\.\n$/,
  ],
  [
    "another hash",
    (card: Record<string, unknown>) => ({ ...card, onnx: { sha256: "0".repeat(64) } }),
    { RELEASE: "v7" },
    /model\.onnx has sha256 \w{64}, but its card says 0{64}: write both anew/,
  ],
  [
    "two classes",
    ({ classes, selfCheck, ...card }: Record<string, unknown>) => ({
      ...{ ...card, classes: (classes as object[]).slice(1) },
      selfCheck: { ...(selfCheck as object), probability: 0.5 },
    }),
    { RELEASE: "v7" },
    /model\.onnx cannot be served: its output probabilities is float32 \[n, 3\], but the card has 2 classes\.\n$/,
  ],
  [
    "other labels",
    ({ classes, ...card }: Record<string, unknown>) => ({
      ...{ ...card, classes: (classes as { label: number }[]).map((one) => ({ ...one, label: one.label + 1 })) },
    }),
    { RELEASE: "v7" },
    /model\.onnx does not predict: it says 0 for the check row, which is none of the classes 1, 2, 3\n$/,
  ],
])("refuses at start, with the reason: %s", async (_case, change, variables, message) => {
  await changeCard((card) => ({ ...card, ...change(card) }));
  const service = start({ MODEL_DIR: folder, LOG_LEVEL: "silent", ...(variables as Record<string, string>) });
  const [output, exit] = await Promise.all([text(service.stderr), once(service, "exit")]);
  expect(output).toMatch(message);
  expect(exit).toEqual([1, null]);
});

it("refuses at start what is no model", async () => {
  await writeFile(join(folder, "model.onnx"), "nothing");
  await changeCard((card) => ({ ...card, onnx: undefined }));
  const service = start({ MODEL_DIR: folder, RELEASE: "v7", LOG_LEVEL: "silent" });
  const [output, exit] = await Promise.all([text(service.stderr), once(service, "exit")]);
  expect(output).toMatch(/model\.onnx is no model that ONNX Runtime can load: /);
  expect(exit).toEqual([1, null]);
});
