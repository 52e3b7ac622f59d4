import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createTestApp, expected, patients } from "../support/harness.ts";

const LIMIT = 100_000;
const { app } = await createTestApp({ config: { bodyLimitBytes: LIMIT, maxWaitingBytes: LIMIT } });
const PREDICT = "/predict";
const INFER = "/v2/models/heart-disease/infer";

function send(url: string, payload: Buffer | string, headers: Record<string, string>) {
  return app.inject({ method: "POST", url, headers: { "content-type": "application/json", ...headers }, payload });
}

const batch = JSON.stringify({ data: patients.slice(0, 50) });
const input = { name: "features", shape: [50, 13], datatype: "FP32" };
const tensor = JSON.stringify({ inputs: [{ ...input, data: expected.rows.slice(0, 50).flat() }] });
const head = JSON.stringify({ inputs: [{ ...input, parameters: { binary_data_size: 2_600 } }] });
const raw = Buffer.concat([
  Buffer.from(head),
  Buffer.from(Float32Array.from(expected.rows.slice(0, 50).flat()).buffer),
]);

describe.each([
  ["gzip", gzipSync],
  ["X-GZip", gzipSync],
  ["deflate", deflateSync],
] as const)("%s", (encoding, compress) => {
  it.each([
    [PREDICT, batch, {}],
    [INFER, tensor, {}],
    [INFER, raw, { "inference-header-content-length": String(head.length) }],
  ])("gives on %s what the plain body gives", async (url, body, headers) => {
    const answer = await send(url, compress(body), { ...headers, "content-encoding": encoding });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toEqual((await send(url, body, headers)).json());
  });

  it.each([PREDICT, INFER])("that is none is 400 on %s", async (url) => {
    for (const body of [batch, "", compress(batch).subarray(0, 200)]) {
      const answer = await send(url, body, { "content-encoding": encoding });
      expect(answer.statusCode).toBe(400);
      expect(answer.body).toContain(`cannot be read as ${encoding.toLowerCase()}`);
    }
  });

  it.each([PREDICT, INFER])("that becomes too large is 413 on %s, and gives its room back", async (url) => {
    const bomb = compress(Buffer.alloc(90 * LIMIT));
    expect(bomb.length).toBeLessThan(LIMIT);
    const answer = await send(url, bomb, { "content-encoding": encoding });
    expect([answer.statusCode, answer.body]).toEqual([413, expect.stringContaining(`at most ${LIMIT} bytes`)]);
    expect((await send(PREDICT, " ".repeat(LIMIT - batch.length) + batch, {})).statusCode).toBe(200);
  });
});

it.each([PREDICT, INFER])("other encodings are 415 on %s, and the answer names those that are taken", async (url) => {
  for (const encoding of ["br", "gzip, gzip", "__proto__"]) {
    const answer = await send(url, brotliCompressSync(batch), { "content-encoding": encoding });
    expect(answer.statusCode).toBe(415);
    expect(answer.headers["accept-encoding"]).toBe("gzip, deflate, identity");
  }
  expect((await send(url, url === INFER ? tensor : batch, { "content-encoding": "identity" })).statusCode).toBe(200);
});

it("takes a turn of the event loop for each body that becomes too large, as it costs as much as the largest", async () => {
  const bomb = gzipSync(Buffer.alloc(2 * LIMIT));
  let turn = 0;
  let ticking = true;
  const tick = () => {
    turn += 1;
    if (ticking) setImmediate(tick);
  };
  tick();
  const turns = await Promise.all(
    Array.from({ length: 30 }, async () => {
      expect((await send(PREDICT, bomb, { "content-encoding": "gzip" })).statusCode).toBe(413);
      return turn;
    }),
  );
  ticking = false;
  // Without that all are answered in one turn or two.
  expect(new Set(turns).size).toBeGreaterThan(20);
});
