import { expect, it } from "vitest";
import {
  binaryPayload,
  firstBody,
  jsonPayload,
  type Payload,
  probabilitiesOf,
  rotation,
  unknownPath,
} from "../../bench/payloads.ts";
import { PEERS } from "../../bench/peers.ts";
import { createDecoder } from "../../service/src/v2/decode.ts";
import { expected, signature } from "../service/support/harness.ts";

const parse = (payload: Payload) => JSON.parse(Buffer.from(firstBody(payload).bytes).toString());

it("asks about every row in turn, the last hundred going on with the first", () => {
  expect(rotation(303, false)).toHaveLength(303);
  const hundreds = rotation(303, true);
  expect(hundreds.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
  expect(hundreds[3]?.slice(0, 5)).toEqual([300, 301, 302, 0, 1]);
  expect(new Set(hundreds.flat()).size).toBe(303);
});

it("gives each body the rows that it is checked by", () => {
  const { bodies } = jsonPayload("homework", expected.rows, true);
  const { rows, bytes } = bodies[3] ?? firstBody({ path: "", headers: {}, bodies });
  const { data } = JSON.parse(Buffer.from(bytes).toString());
  expect(data.map(({ age }: { age: number }) => age)).toEqual(rows.map((row) => expected.rows[row]?.[0]));
});

it("asks a path that no server has with the same bodies", () => {
  const payload = jsonPayload("homework", expected.rows, false);
  expect(unknownPath(payload)).toEqual({ ...payload, path: "/unknown" });
});

it("sends the first row, or 100, in each dialect", () => {
  expect(parse(jsonPayload("homework", expected.rows, false))).toMatchObject({ age: 63, thal: 1 });
  expect(parse(jsonPayload("one-path", expected.rows, true)).data).toHaveLength(100);
  const [input] = parse(jsonPayload("v2", expected.rows, true)).inputs;
  expect([input.shape, input.data.length]).toEqual([[100, 13], 1_300]);
});

it("sends a tensor that the service reads as the same rows", () => {
  const { headers, bodies } = binaryPayload(expected.rows);
  const { rows: indices, bytes: body } = bodies.at(-1) ?? { rows: [], bytes: new Uint8Array() };
  const length = Number(headers["inference-header-content-length"]);
  const decodeRows = createDecoder(signature, 1_000);
  const rows = decodeRows(JSON.parse(Buffer.from(body.subarray(0, length)).toString()), body.subarray(length));
  const target = new Float32Array(1_300);
  rows.writeTo(target, 0);
  expect(target).toEqual(Float32Array.from(indices.flatMap((row) => expected.rows[row] ?? [])));
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

it("has every peer once, ours first", () => {
  const names = PEERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(10);
  expect(names[0]).toBe("ours");
});
