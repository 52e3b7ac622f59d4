import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import type { Predictions } from "../../../service/src/schemas.ts";
import { type InferResponse, inferResponseSchema, outputsOf } from "../../../service/src/v2/schemas.ts";
import { createTestApp, expected, FEATURE_NAMES, patients, signature } from "../support/harness.ts";

const InferResponseSchema = inferResponseSchema(outputsOf(signature));
const { app, card, post, lifecycle } = await createTestApp({ release: "v2" });
const MODEL = "/v2/models/heart-disease";
const N = expected.rows.length;
const flat = expected.rows.flat();
const features = { name: "features", shape: [N, 13], datatype: "FP32" };

const theirs = (await post("/predict", { data: patients })).json<Predictions>().predictions;
const probabilities = theirs.map(({ probability }) => probability);
const labels = theirs.map(({ prediction }) => prediction);

/** Sends JSON and, behind it, raw tensors. */
function infer(request: unknown, raw: ArrayBufferView[] = [], headers: Record<string, string> = {}) {
  const json = Buffer.from(JSON.stringify(request));
  const tail = raw.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  return app.inject({
    method: "POST",
    url: `${MODEL}/infer`,
    headers: {
      ...(raw.length > 0 && { "inference-header-content-length": String(json.byteLength) }),
      "content-type": raw.length > 0 ? "application/octet-stream" : "application/json",
      ...headers,
    },
    payload: Buffer.concat([json, ...tail]),
  });
}

type Answer = Awaited<ReturnType<typeof infer>>;

function expectJson(answer: Answer): InferResponse {
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(Compile(InferResponseSchema).Errors(answer.json())).toEqual([]);
  return answer.json();
}

function expectNumbers(answer: Answer) {
  expect(expectJson(answer).outputs).toEqual([
    { name: "label", datatype: "INT64", shape: [N], data: labels },
    { name: "probability", datatype: "FP32", shape: [N], data: probabilities },
  ]);
}

function column(index: number): number[] {
  return expected.rows.map((row) => Number(row[index]));
}

describe("every form gives what /predict gives", () => {
  it("flat and nested JSON", async () => {
    expectNumbers(await infer({ inputs: [{ ...features, data: flat }] }));
    expectNumbers(await infer({ inputs: [{ ...features, data: expected.rows }], outputs: [] }));
  });

  it("JSON without a content type, as tritonclient sends it", async () => {
    const { "content-type": _, ...headers } = { "content-type": "" };
    const payload = Buffer.from(JSON.stringify({ inputs: [{ ...features, data: flat }] }));
    expectNumbers(await app.inject({ method: "POST", url: `${MODEL}/infer`, headers, payload }));
  });

  it("13 named tensors, some raw, some JSON, of several types, in any order", async () => {
    const raw: ArrayBufferView[] = [];
    const inputs = FEATURE_NAMES.map((name, index) => {
      const data = column(index);
      if (name === "oldpeak") return { name, shape: [N], datatype: "FP64", data };
      if (name === "age") return { name, shape: [N, 1], datatype: "INT32", data: data.map((value) => [value]) };
      const wide = index % 2 === 0;
      raw.push(wide ? BigInt64Array.from(data, BigInt) : Float32Array.from(data));
      const size = wide ? 8 * N : 4 * N;
      return { name, shape: [N], datatype: wide ? "INT64" : "FP32", parameters: { binary_data_size: size } };
    });
    expectNumbers(await infer({ inputs }, raw));
    const named = FEATURE_NAMES.map((name, index) => ({ name, shape: [N], datatype: "FP32", data: column(index) }));
    expectNumbers(await infer({ inputs: named.reverse() }));
  });

  it("one raw tensor wherever it lies in the body", async () => {
    for (const id of ["", "1", "22", "333"]) {
      const request = { id, inputs: [{ ...features, parameters: { binary_data_size: 4 * N * 13 } }] };
      const answer = await infer(request, [Float32Array.from(flat)]);
      expectNumbers(answer);
      expect(answer.json().id).toBe(id);
    }
  });

  it("each type, raw and as JSON", async () => {
    const types: [string, (values: number[]) => ArrayBufferView][] = [
      ["FP16", (values) => Float16Array.from(values)],
      ["INT8", (values) => Int8Array.from(values)],
      ["INT16", (values) => Int16Array.from(values)],
      ["UINT8", (values) => Uint8Array.from(values)],
      ["UINT16", (values) => Uint16Array.from(values)],
      ["UINT32", (values) => Uint32Array.from(values)],
      ["UINT64", (values) => BigUint64Array.from(values, BigInt)],
      ["BOOL", (values) => Uint8Array.from(values)],
    ];
    for (const [datatype, view] of types) {
      for (const binary of [true, false]) {
        const raw: ArrayBufferView[] = [];
        const inputs = FEATURE_NAMES.map((name, index) => {
          const data = column(index);
          if (name !== "sex") return { name, shape: [N], datatype: "FP32", data };
          const typed = view(data);
          if (!binary) return { name, shape: [N], datatype, data: datatype === "BOOL" ? data.map(Boolean) : data };
          raw.push(typed);
          return { name, shape: [N], datatype, parameters: { binary_data_size: typed.byteLength } };
        });
        expectNumbers(await infer({ inputs }, raw));
      }
    }
  });

  it("raw rows without any JSON, answered by raw tensors", async () => {
    const headers = { "inference-header-content-length": "0", "content-type": "application/octet-stream" };
    const payload = Buffer.from(Float32Array.from(flat).buffer);
    const answer = await app.inject({ method: "POST", url: `${MODEL}/infer`, headers, payload });
    expect(answer.statusCode, answer.body).toBe(200);
    const end = Number(answer.headers["inference-header-content-length"]);
    const tail = answer.rawPayload.subarray(end + 8 * N);
    expect(labels.map((_, row) => tail.readFloatLE(4 * row))).toEqual(probabilities);
    const short = await app.inject({ method: "POST", url: `${MODEL}/infer`, headers, payload: payload.subarray(1) });
    expect([short.statusCode, short.json().error]).toEqual([400, expect.stringContaining("of a multiple of 52 bytes")]);
  });

  it("raw outputs, all or some of them, in the order that was asked for", async () => {
    const inputs = [{ ...features, data: flat }];
    const all = await infer({ inputs, parameters: { binary_data_output: true } });
    expect(all.headers["content-type"]).toBe("application/octet-stream");
    const length = Number(all.headers["inference-header-content-length"]);
    const head = JSON.parse(all.rawPayload.toString("utf8", 0, length));
    expect(Compile(InferResponseSchema).Errors(head)).toEqual([]);
    expect(head.outputs.map((output: object) => "data" in output)).toEqual([false, false]);
    const tail = Buffer.from(all.rawPayload.subarray(length));
    expect(tail.byteLength).toBe(12 * N);
    expect(labels.map((_, row) => Number(tail.readBigInt64LE(8 * row)))).toEqual(labels);
    expect(labels.map((_, row) => tail.readFloatLE(8 * N + 4 * row))).toEqual(probabilities);

    const outputs = [{ name: "probability", parameters: { binary_data: true } }, { name: "label" }];
    const mixed = await infer({ inputs, outputs });
    const end = Number(mixed.headers["inference-header-content-length"]);
    expect(JSON.parse(mixed.rawPayload.toString("utf8", 0, end)).outputs).toEqual([
      { name: "probability", datatype: "FP32", shape: [N], parameters: { binary_data_size: 4 * N } },
      { name: "label", datatype: "INT64", shape: [N], data: labels },
    ]);
    expect(mixed.rawPayload.byteLength).toBe(end + 4 * N);

    const one = await infer({ inputs, outputs: [{ name: "label" }] });
    expect(expectJson(one).outputs.map(({ name }) => name)).toEqual(["label"]);
  });

  it("is told by whom", async () => {
    const { model_name, model_version, parameters } = expectJson(
      await infer({ inputs: [{ ...features, data: flat }] }),
    );
    expect([model_name, model_version, parameters]).toEqual([
      "heart-disease",
      card.modelVersion,
      { release: "v2", pod: "test-pod" },
    ]);
  });
});

describe("metadata and health", () => {
  it.each([
    ["/v2", { name: "online-inference", version: "v2", extensions: ["binary_tensor_data"] }],
    ["/v2/", { name: "online-inference" }],
    ["/v2/health/live", { live: true }],
    ["/v2/health/ready", { ready: true }],
    [MODEL, { name: "heart-disease", versions: [card.modelVersion] }],
    [`${MODEL}/versions/${card.modelVersion}`, { inputs: [{ name: "features", datatype: "FP32", shape: [-1, 13] }] }],
    [`${MODEL}/ready`, { name: "heart-disease", ready: true }],
    [`${MODEL}/versions/${card.modelVersion}/ready`, { ready: true }],
  ])("%s", async (url, content) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject(content);
  });

  it("infers by version", async () => {
    const url = `${MODEL}/versions/${card.modelVersion}/infer`;
    expectNumbers(await post(url, { inputs: [{ ...features, data: flat }] }));
  });

  it("is not ready before the model is there, nor while draining", async () => {
    const { app: early } = await createTestApp({ ready: false });
    for (const url of ["/v2/health/ready", `${MODEL}/ready`]) {
      const answer = await early.inject(url);
      expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "1"]);
      expect(answer.json()).toEqual({ error: "Not ready: starting." });
    }
    expect((await early.inject("/v2/health/live")).statusCode).toBe(200);
    expect((await app.inject("/v2/health/ready")).statusCode).toBe(200);
    lifecycle.drain();
    const draining = await app.inject("/v2/health/ready");
    expect([draining.statusCode, draining.json()]).toEqual([503, { error: "Not ready: draining." }]);
  });
});
