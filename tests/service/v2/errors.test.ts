import { brotliCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createTestApp, expected, FEATURE_NAMES } from "../support/harness.ts";

const { app } = await createTestApp({ config: { bodyLimitBytes: 100_000, maxRows: 5 } });
const URL = "/v2/models/heart-disease/infer";
const row = expected.rows[0] as number[];
const features = { name: "features", shape: [1, 13], datatype: "FP32", data: row };
const { data: _, ...noData } = features;
const named = FEATURE_NAMES.map((name, index) => ({ name, shape: [1], datatype: "FP32", data: [row[index]] }));
const JSON_HEADERS = { "content-type": "application/json" };

type Headers = Record<string, string>;

function send(payload: string | Buffer, headers: Headers = JSON_HEADERS) {
  return app.inject({ method: "POST", url: URL, headers, payload });
}

function sendRaw(request: unknown, raw: Uint8Array, length?: string) {
  const json = Buffer.from(JSON.stringify(request));
  const headers = { "inference-header-content-length": length ?? String(json.byteLength) };
  return send(Buffer.concat([json, raw]), { ...headers, "content-type": "application/octet-stream" });
}

function expectError(answer: Awaited<ReturnType<typeof send>>, status: number, message: string | RegExp) {
  expect(answer.statusCode, answer.body).toBe(status);
  // The whole of it, as kserve's client compares it.
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(Object.keys(answer.json())).toEqual(["error"]);
  expect(answer.json().error).toMatch(message);
}

function withValue(column: number, value: unknown) {
  return { inputs: [{ ...features, data: row.with(column, value as number) }] };
}

it("takes what the others here are made of", async () => {
  for (const inputs of [[features], named]) {
    const answer = await send(JSON.stringify({ inputs }));
    expect(answer.statusCode, answer.body).toBe(200);
  }
});

it.each([
  ["unknown members", { more: 1, inputs: [{ ...features, more: [] }], outputs: [{ name: "label", more: {} }] }],
  [
    "an output's unknown parameter",
    { inputs: [features], outputs: [{ name: "label", parameters: { content_type: "np" } }] },
  ],
  [
    "null for what may be absent",
    { id: null, parameters: null, outputs: null, inputs: [{ ...features, parameters: null }] },
  ],
  ["null for an output's parameters", { inputs: [features], outputs: [{ name: "label", parameters: null }] }],
])("ignores %s", async (_, request) => {
  const answer = await send(JSON.stringify(request));
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).not.toHaveProperty("id");
});

it("is ready and live in one answer", async () => {
  expect((await app.inject("/v2/health/ready")).json()).toEqual({ live: true, ready: true });
});

describe("a value that is wrong is named", () => {
  it.each([
    [0, "63", 'age of row 0 must be a number from 0 to 130, not "63"'],
    [0, true, "not true"],
    [0, null, "not null"],
    [0, {}, "not a list or an object"],
    [0, -1, "not -1"],
    [4, 1e39, "chol of row 0 must be a number from 20 to 1500, not 1e+39"],
    [1, 0.5, "sex of row 0 must be an integer from 0 to 1, not 0.5"],
    [12, 4, "thal of row 0 must be an integer from 0 to 3, not 4"],
  ])("in JSON: column %i = %j", async (column, value, message) => {
    expectError(await send(JSON.stringify(withValue(column, value))), 400, message);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 131])("in raw bytes: %d", async (value) => {
    const request = { inputs: [{ ...noData, parameters: { binary_data_size: 52 } }] };
    const raw = Float32Array.from(row.with(0, value));
    expectError(
      await sendRaw(request, new Uint8Array(raw.buffer)),
      400,
      `age of row 0 must be a number from 0 to 130, not ${value}.`,
    );
  });

  it("when an integer tensor has fractions", async () => {
    const inputs = named.with(9, { name: "oldpeak", shape: [1], datatype: "INT64", data: [2.5] });
    expectError(await send(JSON.stringify({ inputs })), 400, "#/inputs/9/data: oldpeak of row 0 must be an integer");
  });
});

describe("a request that is wrong", () => {
  const shaped = (shape: number[]) => ({ inputs: [{ ...features, shape }] });
  it.each([
    ["no inputs", { inputs: [] }, "#/inputs"],
    ["another model", { inputs: [features], model_name: "x" }, "#/model_name"],
    ["an unknown type", { inputs: [{ ...features, datatype: "BYTES" }] }, "#/inputs/0/datatype"],
    ["an unknown tensor", { inputs: [{ ...features, name: "x" }] }, "#/inputs/0/name"],
    ["an unknown output", { inputs: [features], outputs: [{ name: "x" }] }, "#/outputs/0/name"],
    ["an output twice", { inputs: [features], outputs: [{ name: "label" }, { name: "label" }] }, "#/outputs"],
    [
      "an unknown wish",
      { inputs: [features], outputs: [{ name: "label", parameters: { classification: 1 } }] },
      "classif",
    ],
    [
      "shared memory",
      { inputs: [{ ...features, parameters: { shared_memory_region: "a" } }] },
      "#/inputs/0/parameters/shared_memory_region is not supported",
    ],
    [
      "shared memory for all inputs",
      { inputs: [features], parameters: { shared_memory_region: "a" } },
      "#/parameters/shared_memory_region is not supported",
    ],
    [
      "classes",
      { inputs: [features], parameters: { classification: 2 } },
      "#/parameters/classification is not supported",
    ],
    ["no data", { inputs: [noData] }, "#/inputs/0 needs data, or binary_data_size"],
    ["short data", { inputs: [{ ...features, data: row.slice(1) }] }, /data must be 13 numbers/],
    ["mixed nesting", { inputs: [{ ...features, data: [row, 1] }] }, /data must be 13 numbers/],
    ["deep nesting", { inputs: [{ ...features, data: [[row]] }] }, /data must be 13 numbers/],
    ["no rows", { inputs: [{ ...features, shape: [0, 13], data: [] }] }, "n from 1 to 5"],
    ["too many rows", shaped([6, 13]), "n from 1 to 5"],
    ["negative rows", shaped([-1, 13]), "n from 1 to 5"],
    ["another width", shaped([1, 12]), "#/inputs/0/shape must be [1,13], not [1,12]"],
    ["no width", shaped([13]), "#/inputs/0/shape must be [n,13] with n from 1 to 5, not [13]"],
    ["three dimensions", shaped([1, 13, 1]), "#/inputs/0/shape must be [n,13] with n from 1 to 5, not [1,13,1]"],
    [
      "a feature in two columns",
      { inputs: [{ ...named[0], shape: [1, 2], data: [1, 2] }, ...named.slice(1)] },
      "#/inputs/0/shape must be [1] or [1,1], not [1,2]",
    ],
    ["one more than all", { inputs: [features, named[0]] }, "age is one too many"],
    ["a feature twice", { inputs: [...named.slice(1), named[1]] }, "sex is one too many"],
    ["features among the named", { inputs: [...named.slice(1), features] }, "features is one too many"],
    ["a feature missing", { inputs: named.slice(1) }, "#/inputs lacks age"],
    [
      "unequal lengths",
      { inputs: named.with(3, { ...(named[3] as object), shape: [2] } as never) },
      "#/inputs/3/shape",
    ],
  ])("%s", async (_, request, message) => {
    expectError(await send(JSON.stringify(request)), 400, message);
  });

  it.each([
    ["not JSON", "{", 400],
    ["null", "null", 400],
    ["empty", "", 400],
    ["poisoned", '{"__proto__":{"x":1},"inputs":[]}', 400],
    ["deep", `{"inputs":${"[".repeat(40_000)}${"]".repeat(40_000)}}`, 400],
    [
      "deep in its data",
      `{"inputs":[{"name":"features","shape":[1,13],"datatype":"FP32","data":${"[".repeat(40_000)}${"]".repeat(40_000)}}]}`,
      400,
    ],
    ["too long", " ".repeat(100_001), 413],
  ])("%s", async (_, body, status) => {
    expectError(await send(body), status, /./);
    if (status === 400) expectError(await send(body, {}), status, /./);
  });

  it("of raw tensors without the length of its JSON is told what is missing", async () => {
    const json = JSON.stringify({ inputs: [{ ...noData, parameters: { binary_data_size: 52 } }] });
    const body = Buffer.concat([Buffer.from(json), new Uint8Array(Float32Array.from(row).buffer)]);
    for (const headers of [{ "content-type": "application/octet-stream" }, JSON_HEADERS, {}]) {
      expectError(
        await send(body, headers),
        400,
        /^The body is not valid JSON\. .*inference-header-content-length must/,
      );
    }
  });

  it("of another content type is 415", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "nonsense"]) {
      const taken = "application/json or application/octet-stream";
      const error = `Takes ${taken}, not ${type}; send content-type: application/json.`;
      expectError(await send(JSON.stringify({ inputs: [features] }), { "content-type": type }), 415, error);
    }
  });
});

it("a body compressed in another way is 415", async () => {
  const payload = brotliCompressSync(JSON.stringify({ inputs: [features] }));
  const answer = await send(payload, { ...JSON_HEADERS, "content-encoding": "br" });
  expectError(answer, 415, "not as br");
  expect(answer.headers["accept-encoding"]).toBe("gzip, deflate, identity");
});

describe("raw bytes that are wrong", () => {
  const request = (size: unknown, more: object = {}) => ({
    inputs: [{ ...noData, ...more, parameters: { binary_data_size: size } }],
  });
  const raw = new Uint8Array(Float32Array.from(row).buffer);

  it.each([
    ["a size that is not the shape's", request(51), raw, "binary_data_size must be 52 for this shape, not 51"],
    ["a size that is no number", request("52"), raw, "binary_data_size must be 52 for this shape, not 52"],
    ["too few bytes", request(52), raw.subarray(1), "says 52 bytes, but 51 follow the JSON"],
    ["too many bytes", request(52), Buffer.concat([raw, raw]), "52 bytes follow the JSON that belong to no tensor"],
    ["data beside them", request(52, { data: row }), raw, "both data and binary_data_size"],
    ["bytes nobody asked for", { inputs: [features] }, raw, "52 bytes follow"],
  ])("%s", async (_, json, bytes, message) => {
    expectError(await sendRaw(json, bytes), 400, message);
  });

  it.each(["-1", "1e3", "x", "999999", ""])("a JSON length of %j", async (length) => {
    expectError(await sendRaw(request(52), raw, length), 400, "must be the length of the JSON part");
  });

  it.each([51, 53, 105])(
    "no JSON, and %i bytes that are no rows: told of what was sent, not of a tensor",
    async (bytes) => {
      const headers = { "content-type": "application/octet-stream", "inference-header-content-length": "0" };
      expectError(
        await send(Buffer.alloc(bytes), headers),
        400,
        `A body without JSON must be rows of 13 FP32 values: of a multiple of 52 bytes, not of ${bytes}.`,
      );
    },
  );

  it("a JSON length that cuts the JSON off", async () => {
    expectError(await sendRaw(request(52), raw, "10"), 400, /JSON/);
  });
});

describe("a path or method that is wrong", () => {
  it.each([
    ["GET", "/v2/nowhere", 404],
    ["GET", "/v2/models/other", 404],
    ["GET", "/v2/models/other/ready", 404],
    ["GET", "/v2/models/heart-disease/versions/9", 404],
    ["GET", "/v2/models/%zz", 400],
    ["POST", "/v2", 405],
    ["GET", URL, 405],
  ] as const)("%s %s is %i", async (method, url, status) => {
    const answer = await app.inject({ method, url });
    expectError(answer, status, /./);
    if (status === 405) expect(answer.headers.allow).toBe(url === URL ? "POST" : "GET, HEAD");
  });

  it("infers nothing for another model", async () => {
    const url = "/v2/models/other/infer";
    const payload = JSON.stringify({ inputs: [features] });
    const answer = await app.inject({ method: "POST", url, headers: JSON_HEADERS, payload });
    expectError(answer, 404, "There is no model other; there is heart-disease");
  });
});
