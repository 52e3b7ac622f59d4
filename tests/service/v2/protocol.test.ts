import { describe, expect, it } from "vitest";
import { createTestApp, expected } from "../support/harness.ts";

// The points of the Open Inference Protocol's REST specification (kserve/open-inference-protocol, inference_rest.md), and of
// its extension for binary tensors (triton-inference-server/server, extension_binary_data.md), by their sections.
const { app, card } = await createTestApp();
const { app: starting } = await createTestApp({ ready: false });
const MODEL = "/v2/models/heart-disease";
const VERSION = `${MODEL}/versions/${card.modelVersion}`;
const JSON_HEADERS = { "content-type": "application/json" };
const rows = expected.rows.slice(0, 2);
const features = { name: "features", shape: [2, 13], datatype: "FP32", data: rows };
const { data: _, ...noData } = features;
const raw = Buffer.from(Float32Array.from(rows.flat()).buffer);
const text = expect.any(String);
const number = expect.any(Number);

function infer(request: unknown, url = `${MODEL}/infer`) {
  return app.inject({ method: "POST", url, headers: JSON_HEADERS, payload: JSON.stringify(request) });
}

function inferRaw(request: object | undefined, bytes: Buffer) {
  const json = Buffer.from(request ? JSON.stringify(request) : "");
  const headers = {
    "content-type": "application/octet-stream",
    "inference-header-content-length": String(json.length),
  };
  return app.inject({ method: "POST", url: `${MODEL}/infer`, headers, payload: Buffer.concat([json, bytes]) });
}

describe("health and metadata", () => {
  it.each([
    ["Server Live", "/v2/health/live", { live: true }],
    ["Server Ready", "/v2/health/ready", { live: true, ready: true }],
    ["Model Ready", `${MODEL}/ready`, { name: "heart-disease", ready: true }],
    ["Model Ready, of a version", `${VERSION}/ready`, { name: "heart-disease", ready: true }],
    ["Server Metadata", "/v2", { name: text, version: text, extensions: ["binary_tensor_data"] }],
    ...[MODEL, VERSION].map(
      (url) =>
        [
          "Model Metadata",
          url,
          {
            name: "heart-disease",
            versions: [card.modelVersion],
            platform: text,
            inputs: [{ name: "features", datatype: "FP32", shape: [-1, 13] }],
            outputs: [
              { name: "label", datatype: "INT64", shape: [-1] },
              { name: "probability", datatype: "FP32", shape: [-1] },
            ],
          },
        ] as const,
    ),
  ] as const)("%s: %s", async (_, url, answer) => {
    const response = await app.inject(url);
    expect([response.statusCode, response.json()]).toEqual([200, answer]);
  });

  it.each([
    ["Server Ready", "/v2/health/ready"],
    ["Model Ready", `${MODEL}/ready`],
  ])("%s is an error status and an error object until the model is ready", async (_, url) => {
    const response = await starting.inject(url);
    expect([response.statusCode, response.json()]).toEqual([503, { error: text }]);
  });

  it("Server Live does not wait for the model", async () => {
    expect((await starting.inject("/v2/health/live")).json()).toEqual({ live: true });
  });
});

describe("Inference Request", () => {
  const inputs = [features];
  it.each([
    ["id: comes back", { id: "42", inputs }, { id: "42" }],
    ["id: an empty one comes back too", { id: "", inputs }, { id: "" }],
    ["parameters: may be empty", { parameters: {}, inputs: [{ ...features, parameters: {} }] }, {}],
    ["parameters: texts, numbers and booleans", { parameters: { a: "b", c: 1.5, d: true }, inputs }, {}],
    ["parameters: of an input", { inputs: [{ ...features, parameters: { content_type: "np" } }] }, {}],
    ["parameters: of an output", { inputs, outputs: [{ name: "label", parameters: { a: 1 } }] }, {}],
    ["members that nobody knows", { inputs: [{ ...features, more: 1 }], more: {} }, {}],
    ["tensor data: flat", { inputs: [{ ...features, data: rows.flat() }] }, {}],
    ["tensor data: as the shape says", { inputs: [features] }, {}],
    [
      "outputs: all when there are none",
      { inputs, outputs: [] },
      { outputs: [{ name: "label" }, { name: "probability" }] },
    ],
    [
      "outputs: those that are asked for, in that order",
      { inputs, outputs: [{ name: "probability" }, { name: "label" }] },
      { outputs: [{ name: "probability" }, { name: "label" }] },
    ],
    ["outputs: one of them", { inputs, outputs: [{ name: "label" }] }, { outputs: [{ name: "label" }] }],
    ["model and version", { inputs }, { model_name: "heart-disease", model_version: card.modelVersion }],
    [
      "Response Output: name, shape, type and data",
      { inputs },
      {
        outputs: [
          { name: "label", shape: [2], datatype: "INT64", data: [number, number] },
          { name: "probability", shape: [2], datatype: "FP32", data: [number, number] },
        ],
      },
    ],
  ])("%s", async (_, request, answer) => {
    for (const url of [`${MODEL}/infer`, `${VERSION}/infer`]) {
      const response = await infer(request, url);
      expect(response.statusCode, response.body).toBe(200);
      expect(response.headers["content-type"]).toBe("application/json");
      expect(response.json()).toMatchObject(answer);
      expect("id" in response.json()).toBe("id" in request);
      if ("outputs" in answer) expect(response.json().outputs).toHaveLength(answer.outputs.length);
    }
  });

  const sex = rows.map((row) => row[1] as number);
  const INTEGERS = ["INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"];
  it.each([
    { datatype: "BOOL", data: sex.map(Boolean) },
    ...[...INTEGERS, "FP16", "FP32", "FP64"].map((datatype) => ({ datatype, data: sex })),
  ])("Tensor Data Types: $datatype", async ({ datatype, data }) => {
    const names = expected.features;
    const named = names.map((name, index) => ({
      ...(name === "sex" ? { datatype, data } : { datatype: "FP32", data: rows.map((row) => row[index]) }),
      name,
      shape: [2],
    }));
    const answer = await infer({ inputs: named });
    expect(answer.json().outputs).toEqual((await infer({ inputs })).json().outputs);
  });

  it.each([
    ["no inputs", {}, 400],
    ["a tensor without a name", { inputs: [{ ...features, name: undefined }] }, 400],
    ["a tensor without a shape", { inputs: [{ ...features, shape: undefined }] }, 400],
    ["a tensor without a type", { inputs: [{ ...features, datatype: undefined }] }, 400],
    ["a tensor without data", { inputs: [noData] }, 400],
    ["Tensor Data Types: BYTES, which no feature is", { inputs: [{ ...features, datatype: "BYTES" }] }, 400],
    ["data that do not fit the shape", { inputs: [{ ...features, shape: [3, 13] }] }, 400],
    ["an output that the model does not have", { inputs, outputs: [{ name: "logits" }] }, 400],
    ["a parameter that is a list", { inputs, parameters: { a: [1] } }, 400],
    [
      "classes, which are an extension that this server does not name",
      { inputs, outputs: [{ name: "label", parameters: { classification: 2 } }] },
      400,
    ],
    [
      "shared memory, which is another one",
      { inputs: [{ ...noData, parameters: { shared_memory_region: "a" } }] },
      400,
    ],
  ])("is refused with an error object: %s", async (_, request, status) => {
    const response = await infer(request);
    expect([response.statusCode, response.json()]).toEqual([status, { error: text }]);
  });

  it.each([
    ["another model", "/v2/models/other/infer"],
    ["another version", `${MODEL}/versions/0/infer`],
  ])("is refused with an error object: %s", async (_, url) => {
    const response = await infer({ inputs }, url);
    expect([response.statusCode, response.json()]).toEqual([404, { error: text }]);
  });
});

describe("binary tensors", () => {
  const binary = { ...noData, parameters: { binary_data_size: raw.length } };

  it("inputs follow the JSON in their order, outputs stay JSON", async () => {
    const response = await inferRaw({ inputs: [binary] }, raw);
    expect(response.json().outputs).toEqual((await infer({ inputs: [features] })).json().outputs);
  });

  it.each([
    ["all of them", { parameters: { binary_data_output: true } }, [true, true]],
    [
      "one of them",
      { outputs: [{ name: "label" }, { name: "probability", parameters: { binary_data: true } }] },
      [false, true],
    ],
    [
      "all but one",
      {
        parameters: { binary_data_output: true },
        outputs: [{ name: "label" }, { name: "probability", parameters: { binary_data: false } }],
      },
      [true, false],
    ],
  ])("outputs follow the JSON where they are asked for: %s", async (_, wish, binaries) => {
    const response = await infer({ inputs: [features], ...wish });
    expect(response.headers["content-type"]).toBe("application/octet-stream");
    const length = Number(response.headers["inference-header-content-length"]);
    const { outputs } = JSON.parse(response.rawPayload.toString("utf8", 0, length));
    const sizes = outputs.map(
      (output: { parameters?: { binary_data_size: number } }) => output.parameters?.binary_data_size,
    );
    expect(sizes).toEqual([16, 8].map((size, index) => (binaries[index] ? size : undefined)));
    expect(outputs.map((output: object) => "data" in output)).toEqual(binaries.map((one) => !one));
    const total = sizes.reduce((sum: number, size: number | undefined) => sum + (size ?? 0), 0);
    expect(response.rawPayload.length).toBe(length + total);
  });

  it("a request of the tensor alone has a JSON length of 0", async () => {
    const response = await inferRaw(undefined, raw);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "application/octet-stream"]);
  });
});
