import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "../../../service/releases.ts";
import { createApp } from "../../../service/src/app.ts";
import { createBatcher } from "../../../service/src/batcher.ts";
import { readCard } from "../../../service/src/card.ts";
import type { Card } from "../../../service/src/card-schema.ts";
import type { ReadFile } from "../../../service/src/cgroup.ts";
import { type Config, configFor, readConfig } from "../../../service/src/config.ts";
import { Lifecycle } from "../../../service/src/lifecycle.ts";
import { createLog } from "../../../service/src/log.ts";
import { createMetrics } from "../../../service/src/metrics.ts";
import { loadModel, type Model } from "../../../service/src/model.ts";
import { batchSchema, type Features, featuresSchema } from "../../../service/src/schemas.ts";
import { namesOf, signatureOf } from "../../../service/src/signature.ts";

const MODEL_DIR = join(import.meta.dirname, "..", "..", "..", "service", "model");

/** What the heart-disease models take and give; it is the same for all of them. */
export const signature = signatureOf(readCard(join(MODEL_DIR, "v1.json")));
export const FEATURE_NAMES = namesOf(signature);
export const ROW_WIDTH = FEATURE_NAMES.length;
export const FeaturesSchema = featuresSchema(signature);
export const heartBatchSchema = (maxRows: number) => batchSchema(FeaturesSchema, maxRows);

/** What train.py wrote: all rows in wire coding, and scikit-learn's own answers. */
export interface Expected {
  readonly features: string[];
  readonly rows: number[][];
  readonly releases: Record<string, { readonly prediction: number[]; readonly probability: number[] }>;
}

/** A file of service/model as JSON. */
export function modelJson(name: string): unknown {
  return JSON.parse(readFileSync(join(MODEL_DIR, name), "utf8"));
}

export const expected = modelJson("expected.json") as Expected;

/** All patients of the data set as the service takes them. */
export const patients: readonly Features[] = expected.rows.map(
  (row) => Object.fromEntries(FEATURE_NAMES.map((name, column) => [name, row[column]])) as Features,
);

/** The first patient, with some fields changed; any value is allowed, to make bad ones. */
export function patient(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...patients[0], ...changes };
}

/** The real card and model of a release. */
export async function loadRelease(release: Release) {
  const card = readCard(join(MODEL_DIR, `${release}.json`));
  return { card, model: await loadModel(join(MODEL_DIR, String(card.onnx?.file)), card) };
}

/** The application of a release, or of a model of one's own, with its real model, and its lifecycle, still starting unless `ready`. */
export async function createTestApp({
  release = "v1" as Release,
  own = undefined as { readonly card: Card; readonly model: Model } | undefined,
  ready = true,
  config = {} as Partial<Config>,
  readFile = undefined as ReadFile | undefined,
} = {}) {
  const { card, model } = own ?? (await loadRelease(release));
  const lifecycle = new Lifecycle();
  const defaults = configFor(readConfig({ LOG_LEVEL: "silent", POD_NAME: "test-pod" }), signatureOf(card).columns);
  const noFiles = () => {
    throw new Error("A test has no container.");
  };
  const metrics = createMetrics({ queuedRows: () => lifecycle.queuedRows, readFile: readFile ?? noFiles });
  const log = createLog(config.logLevel ?? defaults.logLevel);
  const app = createApp({ config: { ...defaults, ...config }, card, lifecycle, metrics, log });
  const becomeReady = () =>
    lifecycle.ready(createBatcher(metrics.measured(model), { maxRunRows: 4_096, maxQueuedRows: 65_536 }));
  if (ready) becomeReady();
  const post = (url: string, body: unknown) =>
    app.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      payload: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { app, lifecycle, becomeReady, card, post };
}
