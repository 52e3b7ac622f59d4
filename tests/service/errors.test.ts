import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { ProblemSchema } from "../../service/src/schemas.ts";
import { createTestApp, patient } from "./support/harness.ts";

const { app, post } = await createTestApp({ config: { bodyLimitBytes: 100_000, maxRows: 5 } });

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, unknown>;
  json(): { status: number; errors?: { pointer: string; detail: string }[] };
}

function expectProblem(answer: Answer, status: number) {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(Compile(ProblemSchema).Errors(answer.json())).toEqual([]);
  expect(answer.json().status).toBe(status);
  return answer.json().errors ?? [];
}

describe("a field that is wrong", () => {
  const wrong: [string, unknown][] = [
    ["age", "63"],
    ["age", true],
    ["age", null],
    ["age", [63]],
    ["age", {}],
    ["age", -1],
    ["age", 131],
    ["chol", 1e39],
    ["sex", 0.5],
    ["sex", 2],
    ["cp", 4],
    ["restecg", -1],
    ["slope", 3],
    ["ca", 5],
    ["thal", 4],
    ["oldpeak", 20.1],
  ];

  it.each(wrong)("%s = %j is named, for one patient and in a batch", async (name, value) => {
    for (const path of ["/predict", "/predict_single/"]) {
      const errors = expectProblem(await post(path, patient({ [name]: value })), 400);
      expect(errors.map(({ pointer }) => pointer)).toEqual([`#/${name}`]);
    }
    for (const path of ["/predict", "/predict_batch/"]) {
      const errors = expectProblem(await post(path, { data: [patient(), patient({ [name]: value })] }), 400);
      expect(errors.map(({ pointer }) => pointer)).toEqual([`#/data/1/${name}`]);
    }
  });

  it("1e999, which JSON.parse takes for infinity, is refused", async () => {
    const body = JSON.stringify(patient({ chol: 0 })).replace('"chol":0', '"chol":1e999');
    expect(expectProblem(await post("/predict", body), 400)[0]?.pointer).toBe("#/chol");
  });

  it("missing or unknown is named", async () => {
    const { thal: _, ...rest } = patient();
    expect(expectProblem(await post("/predict", { ...rest, "a/b~\u00e9": 1 }), 400)).toEqual([
      { pointer: "#/thal", detail: "is required" },
      { pointer: "#/a~1b~0%C3%A9", detail: "is not a known field" },
    ]);
  });

  it("is told of so many, and that there are more", async () => {
    const { thal: _, ...rest } = patient({ age: "63" });
    const answer = await post("/predict", { data: Array.from({ length: 5 }, () => ({ ...rest, a: 1, b: 2, c: 3 })) });
    const errors = expectProblem(answer, 400);
    expect(answer.json()).toMatchObject({
      detail: "The body is not what this path takes. These are its first 20 faults.",
    });
    expect(errors.map(({ pointer }) => pointer)).toEqual(
      [0, 1, 2, 3].flatMap((row) => ["thal", "a", "b", "c", "age"].map((name) => `#/data/${row}/${name}`)),
    );
    const exactly = await post("/predict", { data: Array.from({ length: 4 }, () => ({ ...rest, a: 1, b: 2, c: 3 })) });
    expect(exactly.json()).toMatchObject({ detail: "The body is not what this path takes." });
  });

  it("with a long name is told by its beginning", async () => {
    const errors = expectProblem(await post("/predict", { ...patient(), [`${"n".repeat(100)}m`]: 1 }), 400);
    expect(errors).toEqual([{ pointer: `#/${"n".repeat(100)}%E2%80%A6`, detail: "is not a known field" }]);
  });

  it("a lone surrogate in a name is answered", async () => {
    const body = JSON.stringify(patient()).replace("{", '{"\\ud800":1,');
    expect(expectProblem(await post("/predict", body), 400)).toHaveLength(1);
  });
});

describe("a body that is wrong", () => {
  it.each([
    ["an array", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["a string", '"x"'],
    ["cut off", '{"age":'],
    ["empty", ""],
    ["poisoned by __proto__", `{"__proto__":{"age":1},${JSON.stringify(patient()).slice(1)}`],
    ["poisoned by constructor", `{"constructor":{"prototype":{"age":1}},${JSON.stringify(patient()).slice(1)}`],
    ["deep", "[".repeat(40_000) + "]".repeat(40_000)],
    ["a deep batch", `{"data":${"[".repeat(40_000)}${"]".repeat(40_000)}}`],
  ])("%s is 400", async (_, body) => {
    for (const path of ["/predict", "/predict_single/", "/predict_batch/"]) expectProblem(await post(path, body), 400);
  });

  it.each(["__proto__", "\\u005f_proto__", "constructor"])("a member %s is unknown like any other", async (name) => {
    const body = `{"${name}":{"prototype":{"age":1},"age":1},${JSON.stringify(patient()).slice(1)}`;
    const [error] = expectProblem(await post("/predict", body), 400);
    expect(error).toEqual({ pointer: `#/${JSON.parse(`"${name}"`)}`, detail: "is not a known field" });
    expect({}).not.toHaveProperty("age");
  });

  it.each([
    ["no rows", { data: [] }, "must not have fewer than 1 item"],
    ["too many rows", { data: Array.from({ length: 6 }, () => patient()) }, "must not have more than 5 items"],
    ["no array", { data: patient() }, "must be array"],
  ])("a batch with %s is 400 at its data", async (_, body, detail) => {
    const [error] = expectProblem(await post("/predict_batch/", body), 400);
    expect(error).toEqual({ pointer: "#/data", detail });
  });

  it("a batch of more than could be right is 400 before it is looked at", async () => {
    for (const [count, item, what] of [
      [1_010, "{}", "1010 lists and objects"],
      [100, JSON.stringify(patient()), "1100 members of objects"],
    ] as const) {
      const answer = await post("/predict", `{"data":[${Array.from({ length: count }, () => item).join(",")}]}`);
      expectProblem(answer, 400);
      expect(answer.json()).toMatchObject({ detail: `The body has more than ${what}.` });
    }
  });

  it("a batch with an unknown field beside data is 400", async () => {
    const [error] = expectProblem(await post("/predict", { data: [patient()], more: 1 }), 400);
    expect(error).toEqual({ pointer: "#/more", detail: "is not a known field" });
  });

  it("too long is 413, and says how long it may be", async () => {
    const answer = await post("/predict", `{"data":"${"x".repeat(100_000)}"}`);
    expectProblem(answer, 413);
    expect(answer.json().detail).toBe("The body is too large: at most 100000 bytes are taken.");
  });

  const LONG = `text/${"x".repeat(200)}`;
  it.each([
    ["text/plain", "text/plain"],
    ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"],
    ["application/octet-stream", "application/octet-stream"],
    ["nonsense", "nonsense"],
    [LONG, LONG.slice(0, 100)],
    [undefined, "a body without a content type"],
  ])("of content type %s is 415 and says what to send", async (type, got) => {
    const headers = type === undefined ? {} : { "content-type": type };
    for (const url of ["/predict", "/predict_single/", "/predict_batch/"]) {
      const answer = await app.inject({ method: "POST", url, headers, payload: JSON.stringify(patient()) });
      expectProblem(answer, 415);
      const detail = `Takes application/json, not ${got}; send content-type: application/json.`;
      expect(answer.json()).toMatchObject({ detail });
    }
  });
});

describe("a path or method that is wrong", () => {
  it("is 404", async () => {
    expectProblem(await app.inject("/nowhere"), 404);
    expectProblem(await app.inject({ method: "POST", url: "/docs/static/../../../package.json" }), 404);
  });

  it("is 404 or 405 whatever the body is", async () => {
    const bad = { headers: { "content-type": "application/json" }, payload: "{" };
    expectProblem(await app.inject({ method: "POST", url: "/nowhere", ...bad }), 404);
    expectProblem(await app.inject({ method: "PUT", url: "/predict", ...bad }), 405);
  });

  it("is 400 when it cannot be decoded", async () => {
    expectProblem(await app.inject("/%zz"), 400);
  });

  it.each([
    ["GET", "/predict", "POST"],
    ["PUT", "/predict_single/", "POST"],
    ["DELETE", "/predict_batch?x=1", "POST"],
    ["POST", "/liveness", "GET, HEAD"],
    ["POST", "/docs/", "GET, HEAD"],
    ["QUERY", "/liveness", "GET, HEAD"],
  ] as const)("%s %s is 405 and allows %s", async (method, url, allow) => {
    const answer = await app.inject({ method, url });
    expectProblem(answer, 405);
    expect(answer.headers.allow).toBe(allow);
  });
});

describe("bytes that are wrong", () => {
  it.each([
    ["no HTTP", "garbage\r\n\r\n", 400, "not an HTTP request"],
    ["no Host", "GET /liveness HTTP/1.1\r\n\r\n", 400, "no Host"],
    ["too long headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431, "too long"],
  ])("%s get a problem document and the connection is closed", async (_, bytes, status, detail) => {
    const { app: listening } = await createTestApp();
    try {
      await listening.listen({ host: "127.0.0.1", port: 0 });
      const socket = connect((listening.server.address() as AddressInfo).port, "127.0.0.1");
      socket.write(bytes);
      const [head, body] = (await text(socket)).split("\r\n\r\n");
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).toContain("Content-Type: application/problem+json");
      expect(Compile(ProblemSchema).Errors(JSON.parse(String(body)))).toEqual([]);
      expect(JSON.parse(String(body)).detail).toContain(detail);
    } finally {
      await listening.close();
    }
  });
});
