import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { predictThrough } from "../../../cli/service.ts";
import { answersAsStack } from "../../../cli/stack/answers-as-stack.ts";
import type { Transport } from "../../../observer/api-server.ts";

let server: Server;
let baseUrl: string;
/** What the server says of `/readiness`: status and headers. */
let says: { readonly status: number; readonly headers: Record<string, string> };
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((_request, response) => response.writeHead(says.status, says.headers).end("{}"));
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

/** An API server that knows some pods of the stack. */
const clusterOf = (...names: string[]): Pick<Transport, "request"> => ({
  request: async (method, path) => {
    asked.push(`${method} ${path}`);
    const items = names.map((name) => ({ metadata: { name } }));
    return { status: 200, headers: new Headers(), text: JSON.stringify({ items }) };
  },
});

const stack = { namespace: "online-inference-rolling", selector: { "app.kubernetes.io/instance": "rolling" } };
const answersIn = (...names: string[]) => answersAsStack(clusterOf(...names), stack)(baseUrl);

describe("what answers under an address", () => {
  test("is the stack when it says the name of one of its pods", async () => {
    says = { status: 200, headers: { "x-pod": "online-inference-7b4d-x2" } };
    expect(await answersIn("online-inference-7b4d-x1", "online-inference-7b4d-x2")).toBe(true);
    expect(asked).toEqual([
      "GET /api/v1/namespaces/online-inference-rolling/pods?labelSelector=app.kubernetes.io%2Finstance%3Drolling",
    ]);
  });

  test.each([
    ["a pod that the cluster does not know", 200, { "x-pod": "online-inference-6c8f-y1" }],
    ["a server that is no pod of ours", 200, {}],
    ["a pod that is not ready", 503, { "x-pod": "online-inference-7b4d-x1" }],
  ])("is not the stack when it is %s", async (_who, status, headers) => {
    says = { status, headers };
    expect(await answersIn("online-inference-7b4d-x1")).toBe(false);
  });

  test("is not the stack for now while the API server does not answer", async () => {
    says = { status: 200, headers: { "x-pod": "online-inference-7b4d-x1" } };
    const silent = { request: () => Promise.reject(new TypeError("fetch failed")) };
    expect(await answersAsStack(silent, stack)(baseUrl)).toBe(false);
    const failing = { request: async () => ({ status: 500, headers: new Headers(), text: "{}" }) };
    expect(await answersAsStack(failing, stack)(baseUrl)).toBe(false);
  });

  test("is nobody where nobody listens", async () => {
    await new Promise((closed) => server.close(closed));
    expect(await answersIn("online-inference-7b4d-x1")).toBe(false);
    expect(asked).toEqual([]);
  });
});

test("a prediction through the API server names what was asked when it fails", async () => {
  const answering = (status: number, body: object): Pick<Transport, "request"> => ({
    request: async (_method, _path, _signal, sent) => {
      expect(sent).toMatchObject({ age: 63 });
      return { status, headers: new Headers(), text: JSON.stringify(body) };
    },
  });
  const path = "/api/v1/namespaces/n/services/s:8050/proxy/predict";
  const given = { prediction: 0, probability: 0.1, release: "v1", modelVersion: "1.0.0", pod: "p" };
  expect(await predictThrough(answering(200, given), path)).toMatchObject(given);
  await expect(predictThrough(answering(503, { reason: "ServiceUnavailable" }), path)).rejects.toThrow(
    `POST ${path} to the API server was answered with HTTP 503: {"reason":"ServiceUnavailable"}`,
  );
});
