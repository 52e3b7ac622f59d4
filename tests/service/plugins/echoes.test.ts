import { expect, it } from "vitest";
import { createTestApp } from "../support/harness.ts";

const { app } = await createTestApp();
const LONG = 15_000;
const INFER = "/v2/models/heart-disease/infer";
const long = "x".repeat(LONG);
const input = (members: string) => `{"inputs":[{"name":"features","datatype":"FP32",${members}}]}`;

// Far above what an error has to say.
const MOST_BYTES = 1_000;

it.each([
  ["GET", `/${long}`, {}, "", 404],
  ["GET", "/".repeat(LONG), {}, "", 404],
  ["GET", `/${"a/".repeat(LONG / 2)}`, {}, "", 404],
  ["GET", `/v2/${long}`, {}, "", 404],
  ["GET", `/v2/models/${long}`, {}, "", 414],
  ["GET", `/v2/models/${"m".repeat(90)}/versions/${"v".repeat(90)}`, {}, "", 404],
  ["GET", `/%zz${long}`, {}, "", 400],
  ["GET", `/v2/%zz${long}`, {}, "", 400],
  ["POST", `/liveness?${long}`, {}, "", 405],
  ["POST", "/predict", { "content-type": long }, "{}", 415],
  ["POST", "/predict", { "content-encoding": long }, "{}", 415],
  ["POST", INFER, { "content-type": `text/${long}` }, "{}", 415],
  ["POST", INFER, { "inference-header-content-length": long }, "{}", 400],
  ["POST", "/predict", {}, `{"${long}":1}`, 400],
  ["POST", "/predict", {}, `{"age":"${long}"}`, 400],
  ["POST", INFER, {}, `{"model_name":"${long}","inputs":[]}`, 400],
  ["POST", INFER, {}, input(`"shape":[${Array.from({ length: 250_000 }, () => 1).join()}]`), 400],
  ["POST", INFER, {}, input(`"shape":[${Array.from({ length: 8 }, () => -1e300).join()}]`), 400],
  ["POST", INFER, {}, input(`"shape":[1,13],"parameters":{"shared_memory_${long}":1}`), 400],
  ["POST", INFER, {}, input(`"shape":[1,13],"parameters":{"binary_data_size":"${long}"}`), 400],
  ["POST", INFER, {}, input(`"shape":[1,13],"data":["${long}",1,1,1,1,1,1,1,1,1,1,1,1]`), 400],
] as const)("%s %.20s with %.20j and %.40s is refused in few words", async (method, url, headers, payload, status) => {
  const all = { ...(payload && { "content-type": "application/json" }), ...headers };
  const answer = await app.inject({ method, url, headers: all, payload });
  expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([status, expect.any(String)]);
  expect(answer.rawPayload.length).toBeLessThan(MOST_BYTES);
});
