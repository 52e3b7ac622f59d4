import { describe, expect, test } from "vitest";
import { parseAnsweredBy } from "../../../observer/request/answered-by.ts";
import { parseExpectation } from "../../../observer/request/expectation.ts";
import { parseRequestSpec, type RequestSpec } from "../../../observer/request/request-spec.ts";
import { resolveRequest } from "../../../observer/request/resolve-request.ts";
import { toldRequest } from "../../../observer/request/told-request.ts";

const files: Readonly<Record<string, Buffer>> = {
  "/somewhere/body.bin": Buffer.from([0xff, 0x00, 0xfe]),
  "/somewhere/body.txt": Buffer.from("grüezi"),
  "/somewhere/ca.pem": Buffer.from("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
  "/somewhere/large": Buffer.alloc(600_000, "a"),
};
const resolving = {
  file: "/somewhere/request.yaml",
  env: { TOKEN: "hush", EMPTY: "" },
  async readFile(path: string) {
    const found = files[path];
    if (found) return found;
    throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  },
};
const resolve = (spec: RequestSpec) => resolveRequest(spec, resolving);

describe("a request that is written down", () => {
  test("may say all of this, in YAML", async () => {
    const spec = parseRequestSpec(
      `
method: PUT
path: /predict?verbose=1
headers:
  Authorization: { fromEnv: TOKEN, prefix: "Bearer " }
  accept: application/json
body: { json: { age: 63 } }
timeoutMs: 2000
tls: { caFile: ca.pem, serverName: shop.example }
http2: true
expect: [status=201]
answeredBy: header:x-pod
`,
      "request.yaml",
    );
    expect(await resolve(spec)).toEqual({
      method: "PUT",
      headers: { "content-type": "application/json", authorization: "Bearer hush", accept: "application/json" },
      body: { text: '{"age":63}' },
      timeoutMs: 2_000,
      http2: true,
      tls: { ca: files["/somewhere/ca.pem"]?.toString(), serverName: "shop.example" },
    });
    expect(spec).toMatchObject({ path: "/predict?verbose=1", expect: ["status=201"], answeredBy: "header:x-pod" });
  });

  test("may be JSON, or empty", async () => {
    expect(parseRequestSpec('{"method": "DELETE"}', "r.json")).toEqual({ method: "DELETE" });
    expect(await resolve(parseRequestSpec("", "r.yaml"))).toEqual({
      method: "GET",
      headers: {},
      timeoutMs: 5_000,
      http2: false,
    });
  });

  test.each([
    ["body.txt", { text: "grüezi" }],
    ["body.bin", { base64: "/wD+" }],
  ])("takes its body from the file %s beside it", async (file, body) => {
    expect(await resolve({ body: { file } })).toMatchObject({ method: "POST", body });
  });

  test.each([
    ["metod: GET", "r.yaml: /metod: got a key that does not exist, allowed: method, path, headers, body,"],
    ["method: get", 'r.yaml: /method: got "get", allowed: GET, HEAD, POST,'],
    ["path: predict", "r.yaml: /path: got text, allowed: text that begins with one /"],
    ["path: //hush.example/x", "r.yaml: /path: got text, allowed: text that begins with one /"],
    ["path: '/\\hush.example/x'", "r.yaml: /path: got text, allowed: text that begins with one /"],
    ['path: "/\\t/hush.example/x"', "r.yaml: /path: got text, allowed: text that begins with one /"],
    ["headers: { x-key: 5 }", "r.yaml: /headers/x-key: got a number, allowed: text, or {fromEnv: NAME}"],
    ["headers: { x-key: { env: A } }", "r.yaml: /headers/x-key: got an object, allowed: text, or {fromEnv: NAME}"],
    ["headers: { x-key: { fromEnv: 'a b' } }", "r.yaml: /headers/x-key: got an object, allowed: text"],
    ["body: hush", "r.yaml: /body: got text, allowed: {json: VALUE}, {text: TEXT} or {file: PATH}"],
    ["timeoutMs: 5", "r.yaml: /timeoutMs: got 5, allowed: a whole number of at least 100 and at most 30000"],
    ["tls: { insecure: 1 }", "r.yaml: /tls/insecure: got 1, allowed: true, false"],
    ["expect: status=200", "r.yaml: /expect: got text, allowed: a list"],
    ["- hush", "r.yaml: /: got a list, allowed: an object with the keys method,"],
    ["a: 1\nb: {hush", "r.yaml: got text that is neither YAML nor JSON, from line 2 on; allowed: one object"],
    [
      "method: GET\npath: *hush",
      "r.yaml: got text that is neither YAML nor JSON, from line 2 on; allowed: one object. Put text that begins with * in quotes.",
    ],
  ])("as %s is refused", (text, message) => {
    expect(() => parseRequestSpec(text, "r.yaml")).toThrow(message);
    expect(() => parseRequestSpec(text, "r.yaml")).not.toThrow(/hush/);
  });

  test.each([
    [{ headers: { "x-key": { fromEnv: "NONE" } } }, "/headers/x-key: got no environment variable NONE. Set it:"],
    [{ headers: { "x-key": { fromEnv: "EMPTY" } } }, "got no environment variable EMPTY with a value"],
    [{ headers: { "x key": "hush" } }, "/headers/x key: got a name that is no header's"],
    [{ headers: { "x-key": "hush\r\nx: 1" } }, "/headers/x-key: got a character that no header may have"],
    [{ headers: { "Content-Length": "4" } }, "/headers/Content-Length: got a header of the connection"],
    [{ method: "GET", body: { text: "hush" } }, "/method: got GET with a body"],
    [{ body: { file: "none" } }, "/body/file: got none, which cannot be read (ENOENT)"],
    [{ body: { file: "large" } }, "/body: got 600000 bytes, allowed: at most 524288"],
    [{ tls: { caFile: "body.txt" } }, "/tls/caFile: got a file without a certificate"],
    [{ tls: { caFile: "ca.pem", insecure: true } }, "/tls: got caFile and insecure, allowed: one of them"],
  ] as const)("that cannot be sent is refused: %j", async (spec, message) => {
    const refused = expect(resolve(spec as RequestSpec)).rejects;
    await refused.toThrow(message);
    await refused.not.toThrow(/hush/);
  });
});

describe("what may be told of a request", () => {
  test("is no header's value, no body and no expected value", async () => {
    const request = await resolve({
      headers: { "X-Key": "hush", accept: "hush" },
      body: { text: "hush" },
      tls: { insecure: true, serverName: "shop.example" },
      http2: true,
    });
    const expectations = ["header:x-a=hush", "status=200"].map(parseExpectation);
    const told = toldRequest(request, expectations, parseAnsweredBy("json:/pod"));
    expect(told).toEqual({
      method: "POST",
      headers: "accept, x-key",
      body: "4 bytes",
      timeout: "5 s",
      http: "2",
      tls: "certificates are not checked (insecure), as shop.example",
      expected: "header x-a; status 200",
      answeredBy: "json:/pod",
    });
  });
});
