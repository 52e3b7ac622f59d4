import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { PredictionSchema, PredictionsSchema } from "../../service/src/schemas.ts";
import { createTestApp, patient } from "./harness.ts";

const { app, card, post } = await createTestApp({ release: "v2" });
const identity = { release: "v2", modelVersion: card.modelVersion, pod: "test-pod" };

describe("predictions", () => {
  it.each(["/predict", "/predict_single/", "/predict_single"])("%s answers one patient", async (path) => {
    const response = await post(path, patient());
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(Compile(PredictionSchema).Errors(response.json())).toEqual([]);
    expect(response.json()).toMatchObject(identity);
  });

  it.each(["/predict", "/predict_batch/", "/predict_batch"])("%s answers a batch in its order", async (path) => {
    const data = [patient(), patient({ ca: 3, thal: 3, cp: 0 }), patient()];
    const response = await post(path, { data });
    expect(response.statusCode).toBe(200);
    expect(Compile(PredictionsSchema).Errors(response.json())).toEqual([]);
    const { predictions, ...rest } = response.json();
    expect(rest).toEqual(identity);
    expect(predictions.map(({ prediction }: { prediction: number }) => prediction)).toEqual([0, 1, 0]);
  });

  it("takes a code for unknown as the most frequent value", async () => {
    const known = (await post("/predict", patient({ ca: 0, thal: 2 }))).json();
    expect((await post("/predict", patient({ ca: 4, thal: 0 }))).json()).toEqual(known);
  });
});

it("names release, model version and pod in the headers of every answer", async () => {
  const named = { "x-release": "v2", "x-model-version": card.modelVersion, "x-pod": "test-pod" };
  for (const url of ["/liveness", "/nowhere"]) expect((await app.inject(url)).headers).toMatchObject(named);
  expect((await post("/predict", patient())).headers).toMatchObject(named);
});

describe("documentation", () => {
  interface Operation {
    readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
    readonly responses: Record<string, { readonly description: string; readonly content: Record<string, object> }>;
  }
  type Document = { readonly openapi: string; readonly paths: Record<string, Record<string, Operation>> };

  it("describes every path with its body, examples and errors", async () => {
    const { openapi, paths } = (await app.inject("/docs/json")).json<Document>();
    expect(openapi).toMatch(/^3\.1\./);
    expect(Object.keys(paths).sort()).toEqual([
      "/liveness",
      "/metrics",
      "/predict",
      "/predict_batch/",
      "/predict_single/",
      "/readiness",
      "/v2",
      "/v2/health/live",
      "/v2/health/ready",
      "/v2/models/{name}",
      "/v2/models/{name}/infer",
      "/v2/models/{name}/ready",
      "/v2/models/{name}/versions/{version}",
      "/v2/models/{name}/versions/{version}/infer",
      "/v2/models/{name}/versions/{version}/ready",
    ]);
    for (const path of ["/predict", "/predict_batch/", "/predict_single/"]) {
      const { requestBody, responses } = paths[path]?.post ?? { responses: {} };
      expect(JSON.stringify(requestBody)).toContain('"examples":[63]');
      expect(Object.keys(responses)).toEqual(["200", "400", "413", "415", "500", "503"]);
      expect(Object.values(responses).map(({ description }) => description)).not.toContain("Default Response");
      expect(Object.keys(responses[400]?.content ?? {})).toEqual(["application/problem+json"]);
    }
    expect(Object.keys(paths["/readiness"]?.get?.responses ?? {})).toEqual(["200", "503"]);
  });

  it("has a page that refers only to what the service itself serves", async () => {
    const page = await app.inject("/docs");
    expect(page.headers["content-type"]).toContain("text/html");
    const references = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => String(url));
    expect(references.length).toBeGreaterThanOrEqual(4);
    for (const url of references) {
      expect(url).toMatch(/^\//);
      const asset = await app.inject(url);
      expect({ url, status: asset.statusCode, empty: asset.rawPayload.length === 0 }).toEqual({
        url,
        status: 200,
        empty: false,
      });
    }
  });
});
