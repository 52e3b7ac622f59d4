import { describe, expect, test } from "vitest";
import { answerError, clusterError, refusedError } from "../../cli/server-error.ts";
import { UserError } from "../../common/user-error.ts";

describe("of an API server", () => {
  const access = { context: "lab", cluster: "192.0.2.1:8443" };
  const answered = (statusCode: number, message = "no") =>
    refusedError(Object.assign(new Error(`GET /version: ${message}`), { statusCode }), access);

  test.each([
    [401, /does not know these credentials \(401\)\. Log in anew$/],
    [403, /GET \/version: no\. See what is needed: .*--print-rbac$/],
    [404, /answers HTTP 404: GET \/version: no\. See what it serves: kubectl --context lab api-resources/],
    [429, /answers HTTP 429: GET \/version: no\. That may pass: try again/],
    [500, /answers HTTP 500: GET \/version: no\. That may pass: try again/],
    [503, /answers HTTP 503: .* see how it is: kubectl --context lab get --raw \/readyz\?verbose$/],
  ])("the answer %d is told with what to do about it", (status, message) => {
    expect(answered(status)).toBeInstanceOf(UserError);
    expect(answered(status)).toMatchObject({ message: expect.stringMatching(message) });
  });

  test("a page of a proxy is told by its first line alone", () => {
    expect(answered(502, "<html>\n<p>hush</p>")).toMatchObject({ message: expect.not.stringContaining("hush") });
  });

  test.each([
    ["does not answer in time", new DOMException("too late", "TimeoutError"), "too late"],
    ["is not reached", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  ])("that %s it is told", (_, error, why) => {
    const message = `context lab: the API server 192.0.2.1:8443 does not answer: ${why}. Ask it yourself: kubectl --context lab get --raw /readyz`;
    for (const tell of [refusedError, clusterError]) expect(tell(error, access)).toMatchObject({ message });
  });

  test("that fetch does not reach it is told by the network's own word", () => {
    const failed = new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) });
    expect(clusterError(failed, access)).toMatchObject({ message: expect.stringContaining("answer: ECONNREFUSED.") });
  });

  test("what is told already stays as it is", () => {
    const told = new UserError("told");
    for (const tell of [refusedError, clusterError]) expect(tell(told, access)).toBe(told);
  });

  test("whose address is not known it is told without it", () => {
    const error = Object.assign(new Error("GET /version: no"), { statusCode: 503 });
    expect(refusedError(error, { context: "lab" })).toMatchObject({
      message: expect.stringContaining("context lab: the API server answers HTTP 503: GET /version: no."),
    });
  });

  test("a silence is told only where nobody else was asked", () => {
    const silent = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(answerError(silent, access)).toBe(silent);
  });

  test("nothing is told where the fault is in this program", () => {
    const fault = new TypeError("x is not a function");
    expect(refusedError(fault, access)).toBe(fault);
  });
});
