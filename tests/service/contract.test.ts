import { gunzipSync } from "node:zlib";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { answerSchemas } from "../../service/src/schemas.ts";
import { createTestApp, patient, signature } from "./support/harness.ts";

const { app, card, post } = await createTestApp({ release: "v2" });
const { prediction: PredictionSchema, predictions: PredictionsSchema } = answerSchemas(signature);
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

it("writes what no header can hold in percent-encoding, and as it is in the answer", async () => {
  const { app: abroad, post } = await createTestApp({ config: { podName: "под 1%\n" } });
  const answer = await post("/predict", patient());
  expect([answer.statusCode, answer.headers["x-pod"]]).toEqual([200, "%D0%BF%D0%BE%D0%B4%201%25%0A"]);
  expect(answer.json().pod).toBe("под 1%\n");
  await abroad.close();
});

describe("documentation", () => {
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

  it.each([
    ["/docs", 1],
    ["/docs/json", 4],
    ["/docs/static/swagger-ui-bundle.js", 3],
  ])("%s comes compressed to who takes that, and not again to who has it", async (url, ratio) => {
    const plain = await app.inject(url);
    expect(plain.headers).not.toHaveProperty("content-encoding");
    for (const accepted of ["gzip", "br, GZIP;q=0.5"]) {
      const packed = await app.inject({ url, headers: { "accept-encoding": accepted } });
      expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
      expect(packed.headers["content-type"]).toBe(plain.headers["content-type"]);
      expect(ratio * packed.rawPayload.length).toBeLessThan(plain.rawPayload.length);
      expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true);
    }
    for (const refused of ["br", "gzip;q=0, br", "gzip; q=0.000"]) {
      const answer = await app.inject({ url, headers: { "accept-encoding": refused } });
      expect(answer.rawPayload.equals(plain.rawPayload)).toBe(true);
    }
    const etag = String(plain.headers.etag);
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    const known = await app.inject({ url, headers: { "if-none-match": `"other", ${etag}` } });
    expect([known.statusCode, known.rawPayload.length, known.headers.etag]).toEqual([304, 0, etag]);
    expect((await app.inject({ url, headers: { "if-none-match": 'W/"other"' } })).statusCode).toBe(200);
  });
});
