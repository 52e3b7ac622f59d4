import { expect, it } from "vitest";
import { binaryPayload, jsonPayload, probabilitiesOf } from "../../bench/payloads.ts";
import { PEERS } from "../../bench/peers.ts";
import { decodeRows } from "../../service/src/v2/decode.ts";
import { expected } from "../service/support/harness.ts";

const parse = ({ body }: { body: Uint8Array }) => JSON.parse(Buffer.from(body).toString());

it("sends the first row, or 100, in each dialect", () => {
  expect(parse(jsonPayload("homework", expected.rows, false))).toMatchObject({ age: 63, thal: 1 });
  expect(parse(jsonPayload("one-path", expected.rows, true)).data).toHaveLength(100);
  const [input] = parse(jsonPayload("v2", expected.rows, true)).inputs;
  expect([input.shape, input.data.length]).toEqual([[100, 13], 1_300]);
});

it("sends a tensor that the service reads as the same rows", () => {
  const { headers, body } = binaryPayload(expected.rows);
  const length = Number(headers["inference-header-content-length"]);
  const rows = decodeRows(JSON.parse(Buffer.from(body.subarray(0, length)).toString()), body.subarray(length), 1_000);
  const target = new Float32Array(1_300);
  rows.writeTo(target, 0);
  expect(target).toEqual(Float32Array.from(expected.rows.slice(0, 100).flat()));
});

it("finds the probabilities in each dialect's answer", () => {
  expect(probabilitiesOf({ probability: 0.5 })).toEqual([0.5]);
  expect(probabilitiesOf({ predictions: [{ probability: 0.1 }, { probability: 0.2 }] })).toEqual([0.1, 0.2]);
  expect(
    probabilitiesOf({
      outputs: [
        { name: "label", data: [1] },
        { name: "probability", data: [0.3] },
      ],
    }),
  ).toEqual([0.3]);
  expect(probabilitiesOf({})).toEqual([]);
});

it("has every peer of the issue once, ours first", () => {
  const names = PEERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(9);
  expect(names[0]).toBe("ours");
});
